"""What tokens cost at a host, by the public price registry (genai-prices) that comes with Relaymark."""


def price_of(host: str, model: str, given: int, answered: int) -> float | None:
    """Return what a request costs in dollars without any cache, None where the registry does not know the model.

    Args:
        host: Who serves the model.
        model: Its name.
        given: Tokens that are sent.
        answered: Tokens that come back.
    """
    from genai_prices import Usage, calc_price  # noqa: PLC0415  (its import builds thousands of rows)

    try:
        usage = Usage(input_tokens=given, output_tokens=answered)
        return float(calc_price(usage, model_ref=model, provider_id=host or None).total_price)
    except (LookupError, ValueError, ArithmeticError):
        return None
