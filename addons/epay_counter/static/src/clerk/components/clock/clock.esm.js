import {formatDuration, parseUtc} from "../../utils/time.esm";
import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {useClock} from "../../hooks.esm";

/** How long something has been going on; `since` in milliseconds or the server's ISO. */
export class Elapsed extends Component {
    static template = "epay_counter.Elapsed";
    static props = {since: [String, Number]};

    setup() {
        this.clock = useClock();
    }

    get text() {
        const {since} = this.props;
        const start = typeof since === "string" ? parseUtc(since) : since;
        return formatDuration(this.clock.now - start);
    }
}

/** How long something still holds, as short as it can be said. */
export class Remaining extends Component {
    static template = "epay_counter.Remaining";
    static props = {until: String};

    setup() {
        this.clock = useClock();
    }

    get left() {
        return parseUtc(this.props.until) - this.clock.now;
    }

    get text() {
        return formatDuration(this.left);
    }
}

/** Until when somebody has to wait, in milliseconds of the server's clock. */
export class Wait extends Component {
    static template = "epay_counter.Wait";
    static props = {until: Number};

    setup() {
        this.clock = useClock();
    }

    get left() {
        return this.props.until - this.clock.now;
    }

    get text() {
        return formatDuration(this.left);
    }
}

/** The same as a sentence. */
export class Countdown extends Remaining {
    static template = "epay_counter.Countdown";
    static components = {Icon};
}
