terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

variable "address" {
  description = "Where berth dev listens: host and port"
  default     = "127.0.0.1:8526"
}

variable "amount" {
  description = "How many instances to reserve"
  default     = 2
}

provider "alicloud" {
  access_key             = "berth-dev"
  secret_key             = "berth-dev-secret"
  region                 = "cn-hangzhou"
  protocol               = "HTTP"
  skip_region_validation = true

  endpoints {
    ecs = var.address
  }
}

resource "alicloud_ecs_capacity_reservation" "pool" {
  capacity_reservation_name = "pool"
  platform                  = "linux"
  instance_type             = "ecs.g6.large"
  instance_amount           = var.amount
  match_criteria            = "Open"
  end_time_type             = "Unlimited"
  zone_ids                  = ["cn-hangzhou-h"]
}
