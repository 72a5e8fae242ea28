import {mockService} from "@web/../tests/web_test_helpers";

const SERVICES = [
    ...["pos", "pos_data", "pos_router", "pos_scale", "number_buffer", "alert"],
    ...["hardware_proxy", "printer", "renderer", "barcode_reader"],
    ...["customer_display_data", "contextual_utils_service"],
];

/** The register's own services start in every test of an add-on that needs it. */
export function standInForRegister() {
    SERVICES.forEach((name) => mockService(name, () => ({})));
}
