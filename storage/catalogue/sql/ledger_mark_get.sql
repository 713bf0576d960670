select next, previous from ledger_mark
