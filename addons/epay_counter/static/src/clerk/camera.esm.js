import * as barcodeDialog from "@web/core/barcode/barcode_dialog";
import {isBarcodeScannerSupported} from "@web/core/barcode/barcode_video_scanner";
import {useEnv} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/**
 * The device's camera as a scanner, in Odoo's own dialog.
 *
 * @param {Function} take what to do with the text of a code
 * @param {Function} sentence makes of a reason the sentence for a camera that can't be
 * used, which says what to do instead
 * @returns {{isThere: Boolean, scan: Function}}
 */
export function useCamera(take, sentence) {
    const env = useEnv();
    const clerk = useService("epay_clerk");
    const scan = async () => {
        let code = "";
        try {
            code = await barcodeDialog.scanBarcode(env);
        } catch (error) {
            clerk.refuse(sentence(error.message), "camera");
            return;
        }
        await take(code);
    };
    return {isThere: isBarcodeScannerSupported(), scan};
}
