// The OCA's rules for Odoo 19. A file with imports is called x.esm.js, a test
// x.test.js; every other .js file is a plain script.
const globals = require("globals");
const jsdoc = require("eslint-plugin-jsdoc");

const ERRORS = [
    "init-declarations",
    "no-cond-assign",
    "no-const-assign",
    "no-debugger",
    "no-dupe-args",
    "no-dupe-class-members",
    "no-dupe-keys",
    "no-duplicate-case",
    "no-duplicate-imports",
    "no-empty-function",
    "no-eq-null",
    "no-eval",
    "no-ex-assign",
    "no-func-assign",
    "no-global-assign",
    "no-lonely-if",
    "no-mixed-requires",
    "no-native-reassign",
    "no-negated-in-lhs",
    "no-return-assign",
    "no-undef",
    "no-unneeded-ternary",
    "no-unreachable",
    "no-unsafe-finally",
    "no-unused-expressions",
    "no-unused-labels",
    "no-unused-vars",
    "no-use-before-define",
    "operator-assignment",
    "spaced-comment",
    "use-isnan",
];

const WARNINGS = [
    "array-callback-return",
    "constructor-super",
    "dot-notation",
    "eqeqeq",
    "no-alert",
    "no-case-declarations",
    "no-constant-condition",
    "no-else-return",
    "no-empty",
    "no-extend-native",
    "no-fallthrough",
    "no-implicit-globals",
    "no-implied-eval",
    "no-inner-declarations",
    "no-new",
    "no-param-reassign",
    "no-redeclare",
    "no-self-assign",
    "no-self-compare",
    "no-sequences",
    "no-shadow",
    "no-throw-literal",
    "no-useless-concat",
    "no-useless-constructor",
    "no-useless-escape",
    "no-useless-rename",
    "prefer-const",
    "radix",
    "sort-imports",
    "valid-typeof",
    "yoda",
    "jsdoc/check-tag-names",
    "jsdoc/check-types",
];

const severity = (names, level) => names.map((name) => [name, level]);

module.exports = [
    {
        // Not ours to format: libraries that come along unchanged.
        ignores: ["**/static/lib/**", "**/static/src/lib/**", ".local/**"],
    },
    {
        plugins: {jsdoc},
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "script",
            globals: {
                ...globals.browser,
                luxon: "readonly",
                odoo: "readonly",
                owl: "readonly",
            },
        },
        linterOptions: {reportUnusedDisableDirectives: "warn"},
        rules: {
            ...Object.fromEntries(severity(ERRORS, "error")),
            ...Object.fromEntries(severity(WARNINGS, "warn")),
            complexity: ["warn", 15],
            strict: ["error", "function"],
        },
        settings: {
            jsdoc: {
                preferredTypes: {
                    array: "Array",
                    bool: "Boolean",
                    boolean: "Boolean",
                    number: "Number",
                    object: "Object",
                    str: "String",
                    string: "String",
                },
            },
        },
    },
    {
        files: ["**/*.esm.js", "**/*test.js"],
        languageOptions: {sourceType: "module"},
    },
    {
        files: ["**/*.cjs"],
        languageOptions: {sourceType: "commonjs", globals: globals.node},
        rules: {strict: "off"},
    },
];
