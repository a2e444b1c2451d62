"""The verb that measures the product."""
