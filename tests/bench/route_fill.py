"""Run by `odoo shell`: a schedule with very many lines, and a file to import.

The lines are made past the ORM, with the same words and pieces of words that the add-on
stores; people, streets and numbers are drawn by a seeded generator.
"""

import io
import random

_FIRST = (
    "Anna Bernd Clara Dieter Eva Felix Greta Hans Ida Jürgen Karin Lars Mia".split()
)
_LAST = (
    "Müller Schmidt Schneider Fischer Weber Wagner Becker Schulz Hoffmann Koch Bauer "
    "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Lange"
).split()
_SURNAMES = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 "
    "吉田 山田 佐々木 山口 松本 井上 木村 林 清水 山崎"
).split()
_GIVEN = (
    "花子 太郎 一郎 美咲 健 陽菜 蓮 結衣 大輔 さくら 翔太 葵 悠真 凛 拓海 美羽".split()
)
_STREETS = (
    "Lange Straße;Hauptstraße;Bahnhofstraße;Gartenweg;Schulstraße;Am Markt;Ringallee;"
    "Kastanienallee;Torstraße;Lindenweg;Uferpromenade;Birkenhain;Mühlenweg;Postgasse"
).split(";")
_COLUMNS = (
    *("schedule_id", "counter_id", "store_id", "company_id", "user_id", "date"),
    *("sequence", "state", "partner_id", "name", "amount", "currency_id"),
    *("address", "phone", "ref", "search_key", "tokens", "collected_amount"),
    *("link_generation", "create_uid", "write_uid"),
)
CUSTOMERS = 100_000
_SYLLABLES = "ba ke li mo nu ra se ti vo zu an el in or us".split()


def people(count, seed=20261122):
    """Count rows of (name, address, phone, reference): each customer comes again every
    `CUSTOMERS` rows, with another bill.
    """
    known = list(_customers(min(count, CUSTOMERS), seed))
    for number in range(count):
        yield *known[number % CUSTOMERS], f"B-{number:07}"


def _customers(count, seed):
    draw = random.Random(seed)
    for number in range(count):
        if number % 4:
            made = "".join(draw.choices(_SYLLABLES, k=3)).title()
            name = f"{draw.choice(_FIRST)} {draw.choice(_LAST)}-{made}"
        else:
            name = f"{draw.choice(_SURNAMES)} {draw.choice(_GIVEN)}"
        street = f"{draw.choice(_STREETS)} {draw.randint(1, 240)}"
        address = f"{street}, {draw.randint(10115, 14199)} Berlin"
        phone = f"+49 30 {draw.randint(1_000_000, 9_999_999)}"
        yield name, address, phone


def fill(env, counter_id, count):
    """A schedule of today with `count` lines, handed out; returns its id."""
    from odoo import fields  # noqa: PLC0415 -- in Odoo's own process only

    counter = env["epay.counter"].browse(counter_id)
    today = fields.Date.context_today(counter.with_context(tz=counter.store_id.tz))
    schedule = env["epay.collection.schedule"].create(
        {"counter_id": counter.id, "date": today}
    )
    schedule.action_open()
    env.flush_all()
    indexes = _without_indexes(env)
    _copy(env, schedule, count)
    env.cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for definition in indexes:
        env.cr.execute(definition)
    env.cr.commit()
    env.cr.execute("ANALYZE epay_collection_line")
    env.cr.commit()
    return schedule.id


def _without_indexes(env):
    """Drop the table's indexes: they are made faster at once than row by row.

    :return: how they are made again
    """
    env.cr.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes
         WHERE tablename = 'epay_collection_line'
           AND indexname <> 'epay_collection_line_pkey'
        """
    )
    rows = env.cr.fetchall()
    for name, _definition in rows:
        env.cr.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in rows]


def plans(env, schedule_id, texts):
    """How the database answers these searches: {text: {where: [scans]}}."""
    from odoo.tools import SQL  # noqa: PLC0415

    manager = env["res.users"].search([("login", "=", "manager")])
    lines = env["epay.collection.line"].with_user(manager)
    answers = {}
    for text in texts:
        domain = [("search_text", "ilike", text)]
        office = lines._search(domain, order=lines._order, limit=80)
        queries = {
            "door": lines._look_up_sql(schedule_id, text, 40),
            "door, first lines": lines._read_first_sql(schedule_id, text, 40),
            "office": office.select(),
        }
        answers[text] = {
            where: _scans(env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query)))
            for where, query in queries.items()
        }
    return answers


def _scans(answer):
    """How the plan reads tables: by which index, or row after row."""
    found, nodes = [], [answer[0][0][0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", ())
        if "Index Name" in node:
            found.append(node["Index Name"])
        elif node["Node Type"] == "Seq Scan":
            found.append(f"every row of {node['Relation Name']}")
    return found


def _copy(env, schedule, count):
    from odoo.addons.epay_collection.tools.tokens import (  # noqa: PLC0415
        phone_words,
        search_words,
        tokens_of,
    )

    partner = env["res.partner"].create({"name": "Somebody"})
    env.flush_all()
    same = (
        *(schedule.id, schedule.counter_id.id, schedule.store_id.id),
        *(schedule.company_id.id, schedule.user_id.id or r"\N", schedule.date),
    )
    file = io.StringIO()
    kept = {}
    for number, (name, address, phone, ref) in enumerate(people(count)):
        customer = number % CUSTOMERS
        if customer not in kept:
            words = [*search_words(name, "Newspaper", address), *phone_words(phone)]
            kept[customer] = words, dict.fromkeys(tokens_of(words))
        own = search_words(ref)
        words = [*kept[customer][0], *own]
        pieces = {**kept[customer][1], **dict.fromkeys(tokens_of(own))}
        row = (
            *same,
            *(number, "planned", partner.id, "Newspaper", 24.5),
            *(schedule.currency_id.id, address, phone, ref),
            *(f" {' '.join(words)}", " ".join(pieces), 0, 1, 1, 1),
        )
        file.write("\t".join(map(str, row)) + "\n")
        if number % 50_000 == 49_999:
            _send(env, file)
            file = io.StringIO()
    _send(env, file)


def _send(env, file):
    file.seek(0)
    env.cr._obj.copy_expert(
        f"COPY epay_collection_line ({', '.join(_COLUMNS)}) FROM STDIN", file
    )


def import_file(count):
    """A CSV of `count` bills of the demo shop's customers."""
    lines = ["Customer,Description,Planned Amount,Address,Phone,Reference"]
    customers = ("Anna Schmidt", "Café Bleu", "Jürgen Müller", "渡辺 花子")
    for number, (_name, address, phone, ref) in enumerate(people(count, 1)):
        customer = customers[number % len(customers)]
        lines.append(f'{customer},Bill {number},12.50,"{address}",{phone},I{ref}')
    return "\n".join(lines)
