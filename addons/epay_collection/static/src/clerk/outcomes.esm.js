import {_t} from "@web/core/l10n/translation";

/**
 * What happens at doors: one button each, and reasons that are often given. `door` ones
 * make a deal of a part; those with `amount` ask how much, with `date` when to come again.
 * Where nothing else is asked, a tap on a reason notes it at once; with `isTold` the
 * office must know why.
 */
export const OUTCOMES = [
    {
        name: "part",
        door: true,
        amount: true,
        label: () => _t("Pays a part"),
        submit: () => _t("Collect this part"),
        reasons: () => [],
    },
    {
        name: "cash",
        amount: true,
        label: () => _t("Pays cash"),
        submit: () => _t("Cash received"),
        reasons: () => [],
    },
    {
        name: "absent",
        label: () => _t("Nobody there"),
        submit: () => _t("Note: nobody there"),
        reasons: () => [_t("Rang twice"), _t("Note left at the door")],
    },
    {
        name: "later",
        date: true,
        label: () => _t("Pays later"),
        submit: () => _t("Note: pays later"),
        reasons: () => [_t("After payday"), _t("Asked for another day")],
    },
    {
        name: "refused",
        isTold: true,
        label: () => _t("Refuses"),
        submit: () => _t("Note: refused"),
        reasons: () => [_t("Did not order it"), _t("Gives no reason")],
    },
    {
        name: "disputed",
        isTold: true,
        label: () => _t("Disputes the amount"),
        submit: () => _t("Note: amount disputed"),
        reasons: () => [_t("Says it was paid"), _t("Price was agreed otherwise")],
    },
    {
        name: "damaged",
        isTold: true,
        label: () => _t("Goods damaged"),
        submit: () => _t("Note: goods damaged"),
        reasons: () => [_t("Taken back"), _t("Kept, wants a discount")],
    },
];
