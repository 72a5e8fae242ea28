import {DONE_STATES, FINAL_STATES, isShown} from "./clerk_state.esm";
import {endText} from "./labels.esm";
import {errorKind} from "./utils/errors.esm";

/** What is news about a deal when it differs from before. */
function stageOf(deal) {
    return deal && [deal.id, deal.state, deal.turn, deal.in_doubt].join();
}

/** Whether it has just gone wrong, for the clerk or the customer. */
function isTrouble(session, before) {
    return (
        session.in_doubt ||
        (session.declined && !before.declined) ||
        (session.left && !before.left) ||
        ["refused", "rejected"].includes(session.state)
    );
}

/**
 * What the clerk has to notice: the deal on the screen went on, a parked one needs
 * somebody or is over. Sounds tell of it, and notices that stay until they are read.
 */
export class DealNews {
    /**
     * @param {Object} options
     * @param {Object} options.state of the clerk app
     * @param {Sound} options.sound
     * @param {ServerLine} options.line
     * @param {Function} options.onError called with what a read was refused with
     */
    constructor({state, sound, line, onError}) {
        Object.assign(this, {state, sound, line, onError});
    }

    /**
     * The deal that is about to be shown. Notes since when it is where it is, for
     * "since …", and plays what the clerk should hear.
     *
     * @param {Object|false} session
     */
    noteShown(session) {
        const {state} = this;
        const before = state.session;
        this.noteAmount(session, before);
        if (state.focusId && session && (!before || before.id !== session.id)) {
            state.isPast = FINAL_STATES.includes(session.state);
        }
        if (stageOf(before) === stageOf(session) && state.changedAt) {
            return;
        }
        state.changedAt = Date.now() + state.clockOffset;
        if (before && session && before.id === session.id) {
            this.playFor(session, before);
        }
    }

    /** An amount that changes while the clerk checks it looks as if it had been so. */
    noteAmount(session, before) {
        const isSame = session && before && session.id === before.id;
        const isChecked = isSame && session.state === "chosen";
        if (!isChecked || before.state !== "chosen") {
            this.state.amountWas = false;
        } else if (session.amount !== before.amount) {
            this.state.amountWas = before.amount_text;
        }
    }

    playFor(session, before) {
        if (DONE_STATES.includes(session.state)) {
            this.sound.play("success");
        } else if (isTrouble(session, before)) {
            this.sound.play("problem");
        } else if (session.turn === "clerk" && before.turn !== "clerk") {
            this.sound.play("turn");
        }
    }

    /**
     * Parked deals go on by themselves: the clerk hears of those that need somebody.
     *
     * @param {Object[]} before the parked deals as they were shown
     */
    noteParked(before) {
        const {parked} = this.state.counter;
        const now = new Map(parked.map((deal) => [deal.id, deal]));
        for (const deal of before) {
            const present = now.get(deal.id);
            if (!present) {
                this.tellEnd(deal);
            } else if (present.turn === "clerk" && deal.turn !== "clerk") {
                this.sound.play("turn");
            }
        }
    }

    /** Tells how a parked deal ended, unless the clerk looks at it. */
    async tellEnd(deal) {
        const {state} = this;
        const {counterId} = state;
        if (isShown(state, deal.id)) {
            return;
        }
        try {
            const {session} = await this.line.read("focus", [[counterId], deal.id]);
            const isMeant = session && session.id === deal.id;
            if (isMeant && counterId === state.counterId) {
                this.addNotice(session);
            }
        } catch (error) {
            if (errorKind(error) !== "lost") {
                this.onError(error);
            }
        }
    }

    addNotice(deal) {
        const {state} = this;
        const isTold = state.notices.some((notice) => notice.id === deal.id);
        if (isTold || !FINAL_STATES.includes(deal.state) || isShown(state, deal.id)) {
            return;
        }
        const isDone = DONE_STATES.includes(deal.state);
        state.notices.push({
            id: deal.id,
            type: isDone ? "success" : "warning",
            code: deal.state,
            text: endText(deal),
        });
        this.sound.play(isDone ? "success" : "problem");
    }

    /**
     * @param {Number} sessionId of a parked deal whose end the clerk has read
     */
    dismiss(sessionId) {
        const {state} = this;
        state.notices = state.notices.filter(({id}) => id !== sessionId);
    }
}
