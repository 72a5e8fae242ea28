import {Component} from "@odoo/owl";

/** Drawn for this app on a grid of 24, one stroke width, mirrored where they point. */
const SHAPES = {
    hand: [
        "M8 12.5V5.6a1.6 1.6 0 0 1 3.2 0V11",
        "M11.2 11V4.1a1.6 1.6 0 0 1 3.2 0V11",
        "M14.4 11V5.6a1.6 1.6 0 0 1 3.2 0v8.2c0 4.2-2.4 7.2-6.2 7.2-3 0-4.5-1.5-6-4.2L3.6 13c-.8-1.5 1.3-2.8 2.4-1.4l2 2.4",
    ],
    phone: [
        "M7 2.8h10a1.4 1.4 0 0 1 1.4 1.4v15.6a1.4 1.4 0 0 1-1.4 1.4H7a1.4 1.4 0 0 1-1.4-1.4V4.2A1.4 1.4 0 0 1 7 2.8Z",
        "M10.5 18.2h3",
    ],
    bank: [
        "M3 9.5 12 4l9 5.5Z",
        "M5.5 9.5v8M10 9.5v8M14 9.5v8M18.5 9.5v8",
        "M3.5 20h17",
    ],
    alert: ["M12 3.5 2.6 20h18.8Z", "M12 10v4.5", "M12 17.2v.1"],
    check: ["M4.5 12.8 9.6 18 19.5 6.8"],
    pause: ["M8.5 6v12M15.5 6v12"],
    screen: ["M3.5 4.5h17v12h-17Z", "M9 20.5h6M12 16.5v4"],
    list: ["M8.5 6h12M8.5 12h12M8.5 18h12", "M4 6h.1M4 12h.1M4 18h.1"],
    swap: ["M4 8.5h14l-4-4", "M20 15.5H6l4 4"],
    lock: ["M6 10.8h12V20H6Z", "M8.5 10.8V7.5a3.5 3.5 0 0 1 7 0v3.3"],
    unlock: ["M6 10.8h12V20H6Z", "M8.5 10.8V7.5a3.5 3.5 0 0 1 6.8-1.2"],
    sound: [
        "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z",
        "M15.5 9a4 4 0 0 1 0 6",
        "M18 6.5a7.6 7.6 0 0 1 0 11",
    ],
    exit: ["M14 4.5H5v15h9", "M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5"],
    menu: ["M4 6.5h16M4 12h16M4 17.5h16"],
    close: ["M6 6l12 12M18 6 6 18"],
    back: ["M14.5 5 7.5 12l7 7"],
    forward: ["M9.5 5l7 7-7 7"],
    backspace: ["M8.5 5.5H21v13H8.5L2.8 12Z", "M11.5 9.5l5 5M16.5 9.5l-5 5"],
    search: ["M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "M15.4 15.4 20.5 20.5"],
    print: ["M7 9V3.5h10V9", "M7 17H4V9h16v8h-3", "M7 14h10v6.5H7Z"],
    store: [
        "M4 9.5 5.5 4h13L20 9.5",
        "M5 9.5V20h14V9.5",
        "M3.5 9.5h17",
        "M10 20v-6h4v6",
    ],
    card: ["M3 5.8h18v12.4H3Z", "M3 9.8h18", "M6.5 14.5h4"],
    clock: ["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z", "M12 7.5V12l3.2 2.2"],
    offline: [
        "M3 3l18 18",
        "M5 11.5a10.4 10.4 0 0 1 4-2.5M14.5 8.8a10.4 10.4 0 0 1 4.5 2.7",
        "M8.2 15a5.8 5.8 0 0 1 5-1.6",
        "M12 18.8v.1",
    ],
    info: [
        "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z",
        "M12 11v5.5",
        "M12 7.6v.1",
    ],
    undo: ["M4.5 9.5h10a5 5 0 0 1 0 10H9", "M8.5 5l-4.5 4.5 4.5 4.5"],
    camera: [
        "M4 7.5h3.5L9 5h6l1.5 2.5H20V19H4Z",
        "M12 9.7a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6Z",
    ],
    qr: [
        "M4 4h6v6H4Z",
        "M14 4h6v6h-6Z",
        "M4 14h6v6H4Z",
        "M14 14h2.5v2.5M20 14v2.5M14 20h2.5M20 20h-.1",
    ],
    minus: ["M5 12h14"],
    plus: ["M5 12h14M12 5v14"],
    receipt: ["M6 3.5h12v17l-3-2-3 2-3-2-3 2Z", "M9 8.5h6M9 12.5h6"],
};
const MIRRORED = new Set(["back", "forward", "exit", "undo"]);

export class Icon extends Component {
    static template = "epay_counter.Icon";
    static props = {name: String};

    get paths() {
        return SHAPES[this.props.name] || SHAPES.info;
    }

    get isMirrored() {
        return MIRRORED.has(this.props.name);
    }
}
