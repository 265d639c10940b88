"""What a voucher line, a payment, a bid or a pupil roll is: one YAML file per table."""
