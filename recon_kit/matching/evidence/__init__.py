"""What a bank line and a document tell of each other: quoted numbers, payers, habits."""
