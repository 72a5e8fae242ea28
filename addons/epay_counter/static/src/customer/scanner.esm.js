/**
 * The camera on the portal's page, loaded where the browser can read codes. It reads with the
 * browser's own detector and sends nothing anywhere. Only codes of this very site are
 * followed: whoever pasted a foreign one over ours gets nobody to follow it from here.
 */

const PAUSE = 250;

/** @returns {String|false} where a code leads, if that is a counter of this site */
function destination(text) {
    try {
        const url = new URL(text);
        const ours =
            url.origin === location.origin && url.pathname.startsWith("/epay/");
        return ours && url.href;
    } catch {
        return false;
    }
}

function say(box, what) {
    for (const note of box.querySelectorAll("[data-said]")) {
        note.hidden = note.dataset.said !== what;
    }
}

/** Show the camera's picture until a code was read or somebody stops it. */
async function scan(box) {
    const view = box.querySelector("[data-view]");
    const video = view.querySelector("video");
    const opener = box.querySelector("[data-epay=scan]");
    let stream = false;
    let going = true;
    const stop = () => {
        going = false;
        view.hidden = true;
        opener.hidden = false;
        stream?.getTracks?.().forEach((track) => track.stop());
    };
    say(box, "");
    try {
        stream = await navigator.mediaDevices.getUserMedia({
            video: {facingMode: "environment"},
        });
        video.srcObject = stream;
        view.hidden = false;
        opener.hidden = true;
        const stopper = view.querySelector("button");
        stopper.onclick = () => {
            stop();
            opener.focus();
        };
        stopper.focus({preventScroll: true});
        box.scrollIntoView({block: "start"});
        await video.play();
        const detector = new BarcodeDetector({formats: ["qr_code"]});
        while (going) {
            const [code] = await detector.detect(video);
            const leads = code && destination(code.rawValue);
            if (leads) {
                stop();
                location.assign(leads);
            } else {
                say(box, code ? "foreign" : "");
                await new Promise((done) => setTimeout(done, PAUSE));
            }
        }
    } catch {
        say(box, "camera");
    } finally {
        stop();
    }
}

/**
 * Offer the camera to whoever opened the portal first.
 *
 * @param {HTMLElement} box the part of the page with the button, the picture and the notes
 */
export function start(box) {
    box.hidden = !navigator.mediaDevices;
    box.querySelector("[data-epay=scan]").onclick = () => scan(box);
}
