"""The hosted payment page: the one thing of the card company that people see."""

from html import escape

DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "TND": 3}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
* {{ box-sizing: border-box }}
body {{ margin: 0; font: 17px/1.4 system-ui, sans-serif; background: #eef1f6;
  color: #17203a }}
main {{ max-width: 26rem; margin: 0 auto; padding: 1.25rem 1rem 2rem }}
header {{ font-weight: 600; color: #3a4a7a; margin-bottom: 1rem }}
section {{ background: #fff; border-radius: 14px; padding: 1.25rem;
  box-shadow: 0 1px 4px #0002 }}
.amount {{ font-size: 2.4rem; font-weight: 700; margin: 0 }}
.reference {{ color: #5b6680; margin: .25rem 0 1.25rem }}
button, .button {{ display: block; width: 100%; min-height: 3.25rem; border: 0;
  border-radius: 10px; font: inherit; font-weight: 600; margin-top: .75rem;
  text-align: center; text-decoration: none; line-height: 3.25rem; padding: 0 }}
.yes {{ background: #2440c8; color: #fff }}
.no {{ background: #e6e9f2; color: #17203a }}
small {{ display: block; color: #5b6680; margin-top: 1.25rem }}
</style>
</head>
<body><main>
<header>Stand-in Card Company</header>
<section data-standin="payment" data-state="{state}">
<p class="amount" data-standin="amount">{amount}</p>
<p class="reference" data-standin="reference">{reference}</p>
{content}
<small>For tests only: no card, no money.</small>
</section>
</main></body>
</html>
"""

FORM = """<form method="post">
<button class="yes" name="outcome" value="pay" data-standin="pay">Pay</button>
<button class="no" name="outcome" value="decline" data-standin="decline">Decline
</button>
<button class="no" name="outcome" value="pending" data-standin="pending">Pay later
</button>
<button class="no" name="outcome" value="cancel" data-standin="cancel">Cancel
</button>
</form>"""

ENDED = """<p data-standin="ended">This payment is {state}.</p>"""
BACK = """<a class="button yes" data-standin="back" href="{url}">Back to the shop</a>"""


def format_amount(amount, currency):
    decimals = DECIMALS.get(currency, 2)
    return f"{amount / 10**decimals:,.{decimals}f} {currency}"


def payment_page(payment):
    """Return the HTML page of a payment: the choice, or how it ended."""
    content = FORM
    if payment.state != "created":
        content = ENDED.format(state=escape(payment.state))
        if payment.return_url:
            content += BACK.format(url=escape(payment.return_url, quote=True))
    amount = format_amount(payment.amount, payment.currency)
    return PAGE.format(
        title=escape(f"Pay {amount}"),
        state=escape(payment.state),
        amount=escape(amount),
        reference=escape(payment.reference),
        content=content,
    )


def notice_page(text):
    return (
        "<!doctype html><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<p>{escape(text)}</p>"
    )
