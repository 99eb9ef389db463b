run "reserves" {
  assert {
    condition     = startswith(alicloud_ecs_capacity_reservation.pool.id, "crp-")
    error_message = "no reservation was made"
  }
}

run "grows" {
  variables {
    amount = 3
  }

  assert {
    condition     = alicloud_ecs_capacity_reservation.pool.instance_amount == 3
    error_message = "the reservation did not grow"
  }
}
