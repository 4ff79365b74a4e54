"""Adapters of the payment providers: WeChat Pay API v3 and Alipay RSA2, on `cryptography` and `urllib3`."""
