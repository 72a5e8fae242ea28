import {describe, expect, test} from "@odoo/hoot";
import {ImportDataColumnError} from "@base_import/import_data_column_error/import_data_column_error";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {mountWithCleanup} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const error = (row, message) => ({
    type: "error",
    rows: {from: row, to: row},
    field: "partner_id",
    message,
});

test("of several wrong rows each says what is wrong", async () => {
    await mountWithCleanup(ImportDataColumnError, {
        props: {
            errors: [error(0, "There is no Ann."), error(4, "Two are called Bob.")],
            fieldInfo: {label: "Customer"},
            resultNames: [],
        },
    });
    expect(".o_import_report li").toHaveCount(2);
    expect(".o_import_report li:first").toHaveText(/row 1\s+There is no Ann\./);
    expect(".o_import_report li:last").toHaveText(/row 5\s+Two are called Bob\./);
});
