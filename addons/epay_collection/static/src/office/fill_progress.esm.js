import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Filling a schedule, step by step, with the progress on the screen. What a step has
 * planned stays, also when the window is closed.
 */
export class FillProgress extends Component {
    static template = "epay_collection.FillProgress";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.fill = useState({done: 0, made: 0, error: ""});
        this.isGone = false;
        onMounted(() => this.run());
        onWillUnmount(() => {
            this.isGone = true;
        });
    }

    get total() {
        return this.props.action.params.total;
    }

    get percent() {
        const {total} = this;
        return total ? Math.min(100, Math.round((100 * this.fill.done) / total)) : 100;
    }

    get text() {
        const {done, made} = this.fill;
        return _t("%(done)s of %(total)s looked at, %(made)s planned", {
            done,
            total: Math.max(this.total, done),
            made,
        });
    }

    async run() {
        const id = this.props.action.params.fill_id;
        for (let more = true; more && !this.isGone; ) {
            const step = await this.step(id);
            if (!step) {
                return;
            }
            more = step.more;
            if (!more && !this.isGone) {
                await this.action.doAction(step.next);
            }
        }
    }

    /** What came of one step; false when it was refused. */
    async step(id) {
        try {
            const step = await this.orm.call("epay.collection.fill", "fill_step", [id]);
            Object.assign(this.fill, {done: step.done, made: step.made});
            return step;
        } catch (error) {
            this.fill.error = error.data ? error.data.message : error.message;
            return false;
        }
    }
}

registry.category("actions").add("epay_collection.fill", FillProgress);
