"""`koumen sim`: WeChat Pay and Alipay as Koumen meets them, with real signatures, daily bills and every fault.

It runs in a process of its own, keeps its own book in memory and knows nothing of Koumen's database.
"""
