import {Component, markup} from "@odoo/owl";

/** The one-time code that the customer's phone reads: drawn by the server. */
export class QrCode extends Component {
    static template = "epay_counter.QrCode";
    static props = {url: String, svg: String};

    get drawing() {
        return markup(this.props.svg.replace(/^\s*<\?xml[^>]*\?>/, ""));
    }
}
