import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const MENU = "epay_counter.epay";

/** A step that clicks. */
function click(content, trigger) {
    return {content, trigger, run: "click"};
}

/** What an administrator clicks who has just installed the add-on. */
registry.category("web_tour.tours").add("epay_first_store_and_counter", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        click("The app", `.o_app[data-menu-xmlid='${MENU}_root_menu']`),
        {
            content: "Managers get to the deals",
            trigger: ".o_breadcrumb:contains(Deals)",
        },
        click("Configuration", `[data-menu-xmlid='${MENU}_configuration_menu']`),
        click("Stores", `[data-menu-xmlid='${MENU}_store_menu']`),
        {content: "There they are", trigger: ".o_breadcrumb:contains(Stores)"},
        click("A new one", ".o_list_button_add"),
        {content: "Name", trigger: "[name=name] input", run: "edit Corner Shop"},
        {content: "Code", trigger: "[name=code] input", run: "edit corner"},
        click("A counter of it", ".o_field_x2many_list_row_add a"),
        {
            content: "Its code",
            trigger: ".o_selected_row [name=code] input",
            run: "edit K1",
        },
        {
            content: "Its name",
            trigger: ".o_selected_row [name=name] input",
            run: "edit Till",
        },
        ...stepUtils.saveForm(),
        {
            content: "A product was made",
            trigger: "[name=product_id] input:value(Counter sale)",
        },
        click("Configuration", `[data-menu-xmlid='${MENU}_configuration_menu']`),
        click("Counters", `[data-menu-xmlid='${MENU}_counter_menu']`),
        {content: "There they are", trigger: ".o_breadcrumb:contains(Counters)"},
        click("A new one", ".o_list_button_add"),
        {
            content: "The store is looked for",
            trigger: ".o_form_view [name=store_id] input",
            run: "edit Corner",
        },
        click(
            "It is there",
            ".ui-autocomplete a:contains(Corner Shop):not(:contains(Create))"
        ),
        {content: "Code", trigger: "[name=code] input", run: "edit K2"},
        {content: "Name", trigger: "[name=name] input", run: "edit Bakery"},
        ...stepUtils.saveForm(),
        {content: "Its title", trigger: ".o_breadcrumb:contains(Corner Shop K2)"},
    ],
});

/** The office on a phone: from the clerk app to the deals, and on by the menu. */
registry.category("web_tour.tours").add("epay_office_from_clerk_app", {
    steps: () => [
        click("The clerk app's menu", ".o_epay_clerk .epay-menu-toggle"),
        {
            content: "Leave",
            trigger: "[data-epay-menu=leave]",
            run: "click",
            expectUnloadPage: true,
        },
        {content: "The deals", trigger: ".o_breadcrumb:contains(Deals)"},
        click("The menu", ".o_main_navbar .o_menu_toggle"),
        {
            content: "It has the way back to the counter",
            trigger:
                ".o_app_menu_sidebar [data-menu-xmlid='epay_counter.clerk_app_menu']",
        },
        click("Stores", `.o_app_menu_sidebar [data-menu-xmlid='${MENU}_store_menu']`),
        {content: "The stores", trigger: ".o_breadcrumb:contains(Stores)"},
    ],
});

/** A manager without any counter is led to the first steps. */
registry.category("web_tour.tours").add("epay_first_steps_from_clerk_app", {
    steps: () => [
        click("First Steps", ".o_epay_clerk [data-epay=first-steps]"),
        {
            content: "The wizard asks for a store",
            trigger: ".modal h2:contains(Which store?)",
        },
        click("Close", ".modal footer button[name=action_close]"),
        {
            content: "The clerk app is there again",
            trigger: "body:not(:has(.modal)) .o_epay_clerk [data-epay=first-steps]",
        },
    ],
});
