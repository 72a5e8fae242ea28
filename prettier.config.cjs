/** @type {import("prettier").Config} */
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 88,
    bracketSpacing: false,
    semi: true,
    trailingComma: "es5",
    proseWrap: "always",
    // Odoo's views and QWeb templates: a space can be a visible space.
    xmlWhitespaceSensitivity: "preserve",
};
