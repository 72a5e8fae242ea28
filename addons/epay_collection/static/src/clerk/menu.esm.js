import {_t} from "@web/core/l10n/translation";
import {bookOf} from "./schedule_book.esm";
import {clerkMenu} from "@epay_counter/clerk/menu_entries.esm";

const isOnRoute = ({counter}) =>
    Boolean(counter) && (counter.kind === "route" || counter.collections_left > 0);

clerkMenu.add(
    "schedule",
    {
        icon: "list",
        label: ({state}) =>
            state.counter.collections_left
                ? _t("Schedule (%s left)", state.counter.collections_left)
                : _t("Schedule"),
        isShown: ({state}) => isOnRoute(state),
        run: (clerk) => {
            clerk.state.isScheduleAside = false;
            clerk.go("schedule");
            bookOf(clerk).load();
        },
    },
    {sequence: 5}
);
