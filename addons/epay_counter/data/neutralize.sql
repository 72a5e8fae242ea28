-- A copy of a database must not ask, charge or refund anybody.
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'epay_counter' AND model = 'ir.cron'
                 AND name IN ('ir_cron_recover', 'ir_cron_expire'));
UPDATE epay_counter SET state = 'closed';
