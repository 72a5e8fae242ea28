{
    "name": "Counter Payments",
    "summary": "Take payments at a counter, on the customer's own phone",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "epay maintainers",
    "license": "LGPL-3",
    "application": True,
    "depends": ["account_payment", "sale", "bus", "portal", "barcodes"],
    "external_dependencies": {"python": ["qrcode"]},
    "data": [
        # Security first: the views name its groups.
        "security/epay_counter_groups.xml",
        "security/ir.model.access.csv",
        "security/epay_counter_security.xml",
        "security/epay_day_close_security.xml",
        "security/epay_return_security.xml",
        "security/epay_sticker_security.xml",
        # Data
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        "data/epay_condition_data.xml",
        # Back office
        "views/epay_menus.xml",
        "views/epay_store_views.xml",
        "views/epay_counter_views.xml",
        "views/epay_session_views.xml",
        "views/epay_operation_views.xml",
        "views/epay_record_views.xml",
        "views/epay_sticker_views.xml",
        "views/payment_provider_views.xml",
        "views/deal_button_views.xml",
        "views/epay_return_views.xml",
        "report/epay_day_close_templates.xml",
        "report/epay_day_close_reports.xml",
        "wizards/epay_operation_resolve_views.xml",
        "wizards/epay_return_record_views.xml",
        "wizards/epay_first_steps_views.xml",
        "wizards/epay_day_close_make_views.xml",
        # Depends on the report and on the wizard that closes a day
        "views/epay_day_close_views.xml",
        # The clerk app
        "views/clerk_app.xml",
        # The customer's pages
        "views/layout_templates.xml",
        "views/portal_templates.xml",
        "views/visit_templates.xml",
        "views/payment_templates.xml",
        "views/receipt_templates.xml",
        "views/visit_return_templates.xml",
        "views/sticker_templates.xml",
        "report/epay_sticker_reports.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "epay_counter/static/src/clerk/**/*",
            "epay_counter/static/src/office/**/*",
        ],
        "web.assets_unit_tests": [
            "epay_counter/static/tests/clerk/**/*",
            "epay_counter/static/tests/office/**/*",
        ],
        "web.assets_tests": [
            "epay_counter/static/tests/tours/**/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
}
