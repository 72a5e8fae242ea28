{
    "name": "Counter Payments: Collections",
    "summary": "Collect bills and cash on delivery at the customer's door",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "epay maintainers",
    "license": "LGPL-3",
    "depends": ["epay_counter", "base_import"],
    "data": [
        # Security
        "security/ir.model.access.csv",
        "security/epay_collection_security.xml",
        # Data
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        # The customer's page
        "views/ahead_templates.xml",
        # Back office
        "report/route_templates.xml",
        "report/route_reports.xml",
        "wizards/epay_collection_fill_views.xml",
        "wizards/epay_collection_move_views.xml",
        # Depend on the reports and wizards
        "views/epay_collection_schedule_views.xml",
        "views/epay_collection_line_views.xml",
        "views/epay_collection_attempt_views.xml",
        "views/epay_collection_rule_views.xml",
        "views/epay_collection_report_views.xml",
        "views/other_views.xml",
        "views/epay_collection_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "epay_collection/static/src/clerk/**/*",
            "epay_collection/static/src/office/**/*",
        ],
        "web.assets_unit_tests": [
            "epay_collection/static/tests/clerk/**/*",
            "epay_collection/static/tests/office/**/*",
        ],
    },
}
