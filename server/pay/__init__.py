"""pay: how do they pay? Printed codes now; orders and providers beside them. No pages."""
