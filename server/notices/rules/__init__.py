"""Pure decisions of notices: amounts in words, which paper and which words, how a table of bills is shortened."""
