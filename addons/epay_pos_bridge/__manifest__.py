{
    "name": "Counter Payments: Barcodes and Registers",
    "summary": "From a scan to the customer's phone, and a register that takes "
    "payments there",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "epay maintainers",
    "license": "LGPL-3",
    # `sale_stock` comes by itself with `sale` and `point_of_sale`: deliveries.
    "depends": ["epay_counter", "sale", "barcodes", "point_of_sale", "sale_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/epay_scan_security.xml",
        "views/epay_session_views.xml",
        "views/epay_store_views.xml",
        "views/pos_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["epay_pos_bridge/static/src/clerk/**/*"],
        "point_of_sale._assets_pos": ["epay_pos_bridge/static/src/pos/**/*"],
        "web.assets_unit_tests": ["epay_pos_bridge/static/tests/clerk/**/*"],
        "web.assets_tests": ["epay_pos_bridge/static/tests/tours/**/*"],
    },
}
