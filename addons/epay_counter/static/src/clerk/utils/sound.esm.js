import {browser} from "@web/core/browser/browser";

const MUTED = "epay_clerk.muted";

/** [frequency in Hz, start and length in seconds] */
const TUNES = {
    success: [
        [659.3, 0, 0.14],
        [880, 0.12, 0.14],
        [1318.5, 0.24, 0.34],
    ],
    turn: [
        [880, 0, 0.12],
        [1174.7, 0.12, 0.2],
    ],
    problem: [
        [392, 0, 0.2],
        [311.1, 0.2, 0.34],
    ],
};

function playNote(context, [frequency, start, length]) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const begin = context.currentTime + start;
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.0001, begin);
    gain.gain.exponentialRampToValueAtTime(0.25, begin + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + length + 0.05);
}

/** Short tunes made by the browser: no file to load, nothing to fail on a bad line. */
export class Sound {
    constructor() {
        this.context = false;
    }

    get muted() {
        return browser.localStorage.getItem(MUTED) === "1";
    }

    toggle() {
        browser.localStorage.setItem(MUTED, this.muted ? "0" : "1");
        this.unlock();
        this.play("turn");
    }

    /** Browsers allow sound only after a touch or a key: called by the first one. */
    unlock() {
        const Context = window.AudioContext;
        if (!this.context && Context) {
            this.context = new Context();
        }
        if (this.context?.state === "suspended") {
            this.context.resume();
        }
    }

    /**
     * @param {String} tune
     */
    play(tune) {
        if (this.context && !this.muted) {
            TUNES[tune].forEach((note) => playNote(this.context, note));
        }
    }
}
