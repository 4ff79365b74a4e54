"""Pure decisions of pay: what a token says, when an unlock is locked, how a code is drawn."""
