import {
    amountToText,
    keypadKeys,
    parseAmount,
    pressKey,
} from "@epay_counter/clerk/utils/amount.esm";
import {describe, expect, test} from "@odoo/hoot";

describe.current.tags("headless");

const EN_EUR = {decimals: 2, decimalPoint: ".", thousandsSep: ","};
const DE_EUR = {decimals: 2, decimalPoint: ",", thousandsSep: "."};
const FR_EUR = {decimals: 2, decimalPoint: ",", thousandsSep: "\u202F"};
const EN_JPY = {decimals: 0, decimalPoint: ".", thousandsSep: ","};
const EN_KWD = {decimals: 3, decimalPoint: ".", thousandsSep: ","};

function press(keys, format, start = "") {
    return keys.reduce((text, key) => pressKey(text, key, format), start);
}

test("a typed amount becomes a decimal string with a dot", () => {
    const cases = [
        ["80.78", EN_EUR, "80.78"],
        ["80,78", EN_EUR, "80.78"],
        ["80.78", DE_EUR, "80.78"],
        ["80,78", DE_EUR, "80.78"],
        ["1,234", EN_EUR, "1234"],
        ["1.234", DE_EUR, "1234"],
        ["1,234.5", EN_EUR, "1234.5"],
        ["1.234,56", EN_EUR, "1234.56"],
        ["1.234.567,8", DE_EUR, "1234567.8"],
        ["1,23,456.78", EN_EUR, "123456.78"],
        ["1\u202F234,50", FR_EUR, "1234.50"],
        ["1'234.50", EN_EUR, "1234.50"],
        ["80.", EN_EUR, "80"],
        [".5", EN_EUR, "0.5"],
        ["007", EN_EUR, "7"],
        ["9800", EN_JPY, "9800"],
        ["9,800", EN_JPY, "9800"],
        ["1.234", EN_KWD, "1.234"],
        ["1,234.567", EN_KWD, "1234.567"],
    ];
    for (const [typed, format, value] of cases) {
        expect(parseAmount(typed, format)).toEqual({value});
    }
});

test("digits of other scripts and pasted currencies are read", () => {
    const cases = [
        ["８０．７８", "80.78"],
        ["８０，７８", "80.78"],
        ["٨٠٫٧٨", "80.78"],
        ["١٬٢٣٤٫٥", "1234.5"],
        ["۸۰٫۷۸", "80.78"],
        ["८०.७८", "80.78"],
        [" 80,78 € ", "80.78"],
        ["€ 80.78", "80.78"],
        ["EUR 80.78", "80.78"],
        ["Rs.80", "80"],
        ["\u200F80.78\u200F", "80.78"],
    ];
    for (const [typed, value] of cases) {
        expect(parseAmount(typed, EN_EUR)).toEqual({value});
    }
    expect(parseAmount("￥９，８００", EN_JPY)).toEqual({value: "9800"});
});

test("zero is left to the server to refuse", () => {
    expect(parseAmount("0", EN_EUR)).toEqual({value: "0"});
});

test("what is below zero says so, wherever its sign stands", () => {
    for (const typed of ["-5", "\u22125.50", "-5 €", "€ -5"]) {
        expect(parseAmount(typed, EN_EUR)).toEqual({error: "negative"});
    }
    for (const typed of ["12.50-", "5-3"]) {
        expect(parseAmount(typed, EN_EUR)).toEqual({error: "unreadable"});
    }
    // A dash in the place of no cents
    expect(parseAmount("12,-", EN_EUR)).toEqual({value: "12"});
});

test("what is no amount of the currency says why", () => {
    expect(parseAmount("", EN_EUR)).toEqual({error: "empty"});
    expect(parseAmount("  ", EN_EUR)).toEqual({error: "empty"});
    for (const typed of ["abc", "€", "1e5", "1.2.3", "1,2,3", "12:30", "--5", "."]) {
        expect(parseAmount(typed, EN_EUR)).toEqual({error: "unreadable"});
    }
    expect(parseAmount("80.785", EN_EUR)).toEqual({error: "decimals"});
    expect(parseAmount("80.5", EN_JPY)).toEqual({error: "decimals"});
    expect(parseAmount("1.2345", EN_KWD)).toEqual({error: "decimals"});
});

test("a large amount loses nothing on its way", () => {
    expect(parseAmount("9007199254740993.01", EN_EUR)).toEqual({
        value: "9007199254740993.01",
    });
});

test("the keypad writes euros and cents", () => {
    expect(press(["8", "0", "point", "7", "8"], EN_EUR)).toBe("80.78");
    expect(press(["8", "0", "point", "7", "8", "5"], EN_EUR)).toBe("80.78");
    expect(press(["5", "00"], EN_EUR)).toBe("500");
    expect(press(["5", "point", "00"], EN_EUR)).toBe("5.00");
    expect(press(["point", "5"], EN_EUR)).toBe("0.5");
    expect(press(["1", "point", "point", "5"], EN_EUR)).toBe("1.5");
    expect(press(["8", "point", "5"], DE_EUR)).toBe("8,5");
    expect(press(["0", "00", "5"], EN_EUR)).toBe("5");
});

test("the keypad deletes and clears", () => {
    expect(press(["1", "2", "back"], EN_EUR)).toBe("1");
    expect(press(["1", "point", "back", "back"], EN_EUR)).toBe("");
    expect(press(["1", "2", "clear"], EN_EUR)).toBe("");
});

test("the keypad goes on from what was pasted", () => {
    expect(pressKey("1,234.5", "6", EN_EUR)).toBe("1234.56");
    expect(pressKey("8,5", "0", DE_EUR)).toBe("8,50");
    expect(pressKey("abc", "7", EN_EUR)).toBe("7");
});

test("the keypad has a decimal point only where the currency has decimals", () => {
    expect(keypadKeys(2)).toInclude("point");
    expect(keypadKeys(3)).toInclude("point");
    expect(keypadKeys(0)).not.toInclude("point");
    expect(keypadKeys(0)).toInclude("000");
    expect(press(["9", "8", "00"], EN_JPY)).toBe("9800");
    expect(pressKey("98", "point", EN_JPY)).toBe("98");
    expect(press(["1", "point", "2", "3", "4", "5"], EN_KWD)).toBe("1.234");
});

test("a recent amount is written with the currency's decimals", () => {
    expect(amountToText(12.5, EN_EUR)).toBe("12.50");
    expect(amountToText(12.5, DE_EUR)).toBe("12,50");
    expect(amountToText(9800, EN_JPY)).toBe("9800");
});
