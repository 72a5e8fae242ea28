{
    "name": "Payment Provider: Stand-in",
    "summary": "Test only: payments at a mock card company, through Odoo's own engine",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "epay maintainers",
    "license": "LGPL-3",
    "depends": ["epay_counter"],
    "data": [
        "views/payment_standin_templates.xml",
        "views/payment_provider_views.xml",
        # Needs the templates.
        "data/payment_provider_data.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "payment_standin/static/src/interactions/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
