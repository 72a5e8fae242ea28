import io
from datetime import datetime, time

from openpyxl import Workbook

from odoo.tests import tagged
from odoo.tools import file_open

from .common import CollectionCase

OPTIONS = {
    "has_headers": True,
    "encoding": "utf-8",
    "separator": ",",
    "quoting": '"',
    "date_format": "%Y-%m-%d",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "advanced": True,
    "keep_matches": False,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ("partner_id", "name", "amount", "ref", "planned_from")


@tagged("post_install", "-at_install")
class TestImport(CollectionCase):
    """A file through Odoo's own import, as the store's manager."""

    def import_file(
        self, content, columns=COLUMNS, dryrun=False, file_type="text/csv", **options
    ):
        imports = self.env["base_import.import"].with_user(self.manager)
        record = imports.with_context(default_schedule_id=self.schedule.id).create(
            {
                "res_model": "epay.collection.line",
                "file": content,
                "file_type": file_type,
                "file_name": "bills.csv",
            }
        )
        return record.execute_import(
            [*columns], [*columns], {**OPTIONS, **options}, dryrun=dryrun
        )

    def rows(self, *rows, **options):
        head = "Customer,Description,Amount,Reference,From"
        return self.import_file("\n".join([head, *rows]).encode(), **options)

    def assertRow(self, result, number, text):
        """Row `number` (from zero) is refused with this text, and nothing is made."""
        told = [(m["rows"]["from"], m["message"]) for m in result["messages"]]
        self.assertEqual(told[0][0], number)
        self.assertIn(text, told[0][1])
        self.assertFalse(result["ids"])
        self.assertFalse(self.schedule.line_ids)

    def test_rows_become_lines(self):
        result = self.rows(
            "Jürgen Müller,Newspaper,24.50,B-1,",
            f"Jürgen Müller,Water,1000.10,B-2,{self.today} 10:30:00",
        )
        self.assertFalse(result["messages"])
        lines = self.schedule.line_ids.sorted("ref")
        self.assertEqual(lines.mapped("amount"), [24.5, 1000.1])
        self.assertEqual(lines.partner_id, self.debtor)
        self.assertEqual(lines.mapped("state"), ["planned"] * 2)
        # Half past ten in Berlin, in winter or in summer.
        self.assertIn(lines[1].planned_from.hour, (8, 9))

    def test_twice_makes_no_second_line(self):
        row = "Jürgen Müller,Newspaper,24.50,B-1,"
        self.rows(row)
        result = self.rows(row, "Jürgen Müller,Water,5,B-2,")
        self.assertIn("earlier file", result["messages"][0]["message"])
        self.assertEqual(len(self.schedule.line_ids), 1)

    def test_a_cancelled_line_may_come_again(self):
        row = "Jürgen Müller,Newspaper,24.50,B-1,"
        self.rows(row)
        self.schedule.line_ids.with_user(self.manager).action_cancel()
        self.env.flush_all()
        self.assertFalse(self.rows(row)["messages"])

    def test_empty_cells_are_filled_from_what_is_known(self):
        head = "Customer,Description,Amount,Currency,Address,Phone"
        rows = ("Jürgen Müller,Newspaper,24.50,,,", "Jürgen Müller,Water,5,EUR,Here 1,")
        columns = ("partner_id", "name", "amount", "currency_id", "address", "phone")
        result = self.import_file("\n".join([head, *rows]).encode(), columns)
        self.assertFalse(result["messages"])
        lines = self.schedule.line_ids.sorted("amount", reverse=True)
        self.assertEqual(lines.currency_id, self.store.currency_id)
        self.assertEqual(lines[0].address, "Lange Straße 12, 10117 Berlin")
        self.assertEqual(lines[1].address, "Here 1")
        self.assertEqual(lines.mapped("phone"), ["+49 30 1234567"] * 2)

    def test_every_wrong_row_is_told_by_its_number_and_in_a_column(self):
        good = "Jürgen Müller,Water,5,B-2,"
        wrong = "Jürgen Müller,Newspaper,5,,2001-01-01 10:00:00"
        result = self.rows(
            good, wrong, "Jürgen Müller,Zero,0,,", "Jürgen Müller,No,0,,"
        )
        told = [(m["message"][:6], m["field"] in COLUMNS) for m in result["messages"]]
        self.assertEqual(told, [("Row 2:", True), ("Row 3:", True), ("Row 4:", True)])

    def test_duplicate_rows(self):
        row = "Jürgen Müller,Newspaper,24.50,B-1,"
        result = self.rows(row, "Jürgen Müller,Water,5,B-2,", row)
        self.assertRow(result, 2, "same as row 1")

    def bills(self, count, amount="5"):
        return [f"Jürgen Müller,Bill {no},{amount},B-{no}," for no in range(count)]

    def test_a_file_comes_in_batches(self):
        rows = self.bills(5)
        first = self.rows(*rows, limit=2)
        second = self.rows(*rows, limit=2, skip=first["nextrow"])
        third = self.rows(*rows, limit=2, skip=second["nextrow"])
        self.assertEqual([first["nextrow"], second["nextrow"]], [2, 4])
        self.assertFalse(third["nextrow"])
        self.assertEqual(len(self.schedule.line_ids), 5)

    def test_the_first_batch_tells_what_is_wrong_in_all(self):
        for wrong, text in (
            ("Nobody,Water,5,,", "Row 4"),
            ("Jürgen Müller,Bill 0,5,B-0,", "Row 4"),
            ("Jürgen Müller,Water,five,,", "Line 4"),
        ):
            with self.subTest(wrong):
                result = self.rows(*self.bills(3), wrong, limit=2)
                self.assertIn(text, result["messages"][0]["message"])
                self.assertFalse(self.schedule.line_ids)

    def test_a_later_batch_counts_rows_as_the_file_does(self):
        row = "Jürgen Müller,Twice,5,,"
        for wrong, text in (
            (["Jürgen Müller,Zero,0,,"], "Row 4:"),
            ([row, row], "Row 5: This row is the same as row 4"),
            (["Jürgen Müller,Water,five,,"], "Line 4:"),
        ):
            with self.subTest(wrong):
                result = self.rows(*self.bills(3), *wrong, limit=2, skip=3)
                self.assertIn(text, result["messages"][0]["message"])

    def test_a_later_batch_reads_only_its_own_rows(self):
        """Else a hundred thousand rows are looked at fifty times."""
        result = self.rows(*self.bills(4), "Nobody,Water,5,,", limit=2, skip=2)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 2)

    def test_unknown_customers_are_named_all_at_once(self):
        result = self.rows(
            "Nobody,Newspaper,24.50,,",
            "Jürgen Müller,Newspaper,24.50,,",
            "Somebody,Newspaper,24.50,,",
        )
        self.assertRow(result, 0, "Nobody")
        self.assertEqual([m["rows"]["from"] for m in result["messages"]], [0, 2])

    def test_nobody_is_taken_for_another_of_the_same_name(self):
        twin = self.debtor.copy({"name": "Jürgen Müller", "ref": "K-2"})
        self.assertRow(self.rows("Jürgen Müller,Newspaper,5,,"), 0, "2 customers")
        self.rows("K-2,Newspaper,5,,")
        self.assertEqual(self.schedule.line_ids.partner_id, twin)

    def test_amounts_with_local_separators(self):
        options = {"float_thousand_separator": ".", "float_decimal_separator": ","}
        self.rows(
            'Jürgen Müller,Newspaper,"1.234,50",,',
            'Jürgen Müller,Water,"7,25",,',
            'Jürgen Müller,Wood,"1\u202f000,10",,',
            **options,
        )
        amounts = sorted(self.schedule.line_ids.mapped("amount"))
        self.assertEqual(amounts, [7.25, 1000.1, 1234.5])

    def test_separators_that_are_none_of_the_file(self):
        good = "Jürgen Müller,Water,7,,"
        result = self.rows(good, "Jürgen Müller,Newspaper,1.234,,")
        self.assertRow(result, 1, "2 decimals")

    def test_decimals_are_never_taken_for_thousands(self):
        """Odoo reads "7,50" as 750 where the comma is said to separate thousands."""
        german = {"float_thousand_separator": ".", "float_decimal_separator": ","}
        for written, options in (
            *[
                (text, {})
                for text in ("7,50", "7,5", "12,34,56", "1234,567", "7,50 EUR")
            ],
            *[(text, german) for text in ("7.50", "1234.567", "1,234.567,1")],
            # No euro has tenths of cents: here the point separates thousands.
            ("1.500", {}),
            ("1,500", german),
        ):
            with self.subTest(written=written, options=options):
                good = "Jürgen Müller,Water,7,,"
                result = self.rows(
                    good, f'Jürgen Müller,Newspaper,"{written}",,', **options
                )
                self.assertIn(f"Line 2: “{written}”", result["messages"][0]["message"])
                self.assertFalse(self.schedule.line_ids)

    def test_amounts_as_people_write_them(self):
        german = {"float_thousand_separator": ".", "float_decimal_separator": ","}
        written = {
            "12.50 €": (12.5, {}),
            "€ 13.50": (13.5, {}),
            "1,234": (1234, {}),
            "12,34,567.80": (1234567.8, {}),
            "1.234.567,89": (1234567.89, {}),
            "14,50 €": (14.5, german),
            "1.500": (1500, german),
        }
        for text, (_amount, options) in written.items():
            self.rows(f'Jürgen Müller,Newspaper,"{text}",,', **options)
        amounts = self.schedule.line_ids.sorted("id").mapped("amount")
        self.assertEqual(amounts, [amount for amount, _options in written.values()])

    def test_amounts_that_are_none_are_named_with_their_line(self):
        result = self.rows(
            "Jürgen Müller,Newspaper,5,,", "Jürgen Müller,Newspaper,much,,"
        )
        self.assertIn("Line 2", result["messages"][0]["message"])
        self.assertIn("much", result["messages"][0]["message"])

    def test_amounts_of_zero_below_or_with_too_many_decimals(self):
        for amount, text in (
            ("0", "above zero"),
            ("-5", "above zero"),
            ("5.005", "2 decimals"),
        ):
            good = "Jürgen Müller,Water,7,,"
            with self.subTest(amount=amount):
                result = self.rows(good, f"Jürgen Müller,Newspaper,{amount},,")
                self.assertRow(result, 1, text)

    def test_a_spreadsheet(self):
        """XLSX as the template has it, with true numbers and dates in its cells."""
        book = Workbook()
        book.active.append(["Customer", "Description", "Amount", "Reference", "From"])
        noon = datetime.combine(self.today, time(12))
        book.active.append(["Jürgen Müller", "Newspaper", 24.5, "B-1", noon])
        book.active.append(["Nobody", "Newspaper", 5, "B-2", None])
        result = self.import_spreadsheet(book)
        self.assertRow(result, 1, "Nobody")
        book.active.delete_rows(3)
        self.assertFalse(self.import_spreadsheet(book)["messages"])
        line = self.schedule.line_ids
        self.assertEqual((line.amount, line.ref), (24.5, "B-1"))
        self.assertEqual(line.planned_from.date(), self.today)

    def import_spreadsheet(self, book):
        file = io.BytesIO()
        book.save(file)
        return self.import_file(file.getvalue(), file_type=XLSX, sheet="Sheet")

    def test_a_row_costs_no_query_of_its_own(self):
        """A hundred thousand of them are to be imported."""
        rows = [f"Jürgen Müller,Bill,{number}.5,X-{number}," for number in range(1, 91)]
        self.rows(rows[0])
        few = self.count_queries(lambda: self.rows(*rows[1:11]))
        many = self.count_queries(lambda: self.rows(*rows[11:]))
        self.assertEqual(len(self.schedule.line_ids), 90)
        self.assertLess(many, few + 5)

    def count_queries(self, work):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_wrong_dates(self):
        result = self.rows("Jürgen Müller,Newspaper,5,,31.12.2031")
        self.assertIn("line 1", result["messages"][0]["message"])
        result = self.rows("Jürgen Müller,Newspaper,5,,2031-05-06 10:00:00")
        self.assertRow(result, 0, "the schedule is of")

    def test_another_currency(self):
        self.env.ref("base.USD").active = True
        content = "Customer,Description,Amount,Currency\nJürgen Müller,Water,5,USD"
        columns = ["partner_id", "name", "amount", "currency_id"]
        self.assertRow(self.import_file(content.encode(), columns), 0, "takes EUR only")

    def test_a_customer_of_another_company(self):
        """By the id, which Odoo's import takes, too."""
        company = self.make_company("Other Goods", "EUR", "base.de")
        foreign = self.env["res.partner"].create(
            {"name": "Far Away", "company_id": company.id}
        )
        lines = self.env["epay.collection.line"].sudo()
        result = lines.with_context(default_schedule_id=self.schedule.id).load(
            ["partner_id/.id", "name", "amount"],
            [[str(self.debtor.id), "Water", "5"], [str(foreign.id), "Water", "5"]],
        )
        self.assertRow(result, 1, "Far Away")

    def test_bytes_that_no_database_takes(self):
        result = self.rows("No\0body,Newspaper,5,,")
        self.assertRow(result, 0, "No body")
        self.assertFalse(self.rows("Jürgen Müller,News\0paper,5,,")["messages"])
        self.assertEqual(self.schedule.line_ids.name, "News paper")

    def test_trying_makes_nothing(self):
        result = self.rows("Jürgen Müller,Newspaper,24.50,B-1,", dryrun=True)
        self.assertFalse(result["messages"])
        self.assertFalse(self.schedule.line_ids)

    def test_a_clerk_imports_nothing(self):
        lines = self.env["epay.collection.line"].with_user(self.clerk)
        result = lines.with_context(default_schedule_id=self.schedule.id).load(
            ["partner_id", "name", "amount"], [["Jürgen Müller", "Water", "5"]]
        )
        self.assertFalse(result["ids"])
        self.assertFalse(self.schedule.line_ids)

    def test_the_template_fits(self):
        lines = self.env["epay.collection.line"]
        [template] = lines.get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            content = io.BytesIO(file.read()).getvalue()
        record = self.env["base_import.import"].create(
            {
                "res_model": "epay.collection.line",
                "file": content,
                "file_type": XLSX,
                "file_name": "collections.xlsx",
            }
        )
        preview = record.parse_preview({**OPTIONS, "sheet": ""})
        self.assertEqual(len(preview["matches"]), len(preview["headers"]))
