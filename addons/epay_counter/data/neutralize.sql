-- A copy of a database must not ask, charge or refund anybody, nor let anybody in.
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'epay_counter' AND model = 'ir.cron'
                 AND name IN ('ir_cron_recover', 'ir_cron_expire'));
UPDATE epay_counter SET state = 'closed';
-- Payments would go to a company's sandbox at best; the original's keys are not ours.
UPDATE payment_provider SET state = 'disabled', is_published = false
 WHERE epay_only AND code <> 'demo';
-- The original's deals end there: nothing of them is given back here.
UPDATE epay_session SET expires_at = NULL
 WHERE state NOT IN ('settled', 'cancelled', 'expired');
-- Phones that are at a counter now are at the original's.
UPDATE epay_visit SET state = 'left' WHERE state <> 'left';
