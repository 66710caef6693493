"""The seals of what could be used to write to somebody: under the person's key, so that erasing her closes them too."""

from uuid import UUID

from app.kernel.seal import Seal, keyed_hash

PUSH = "push"  # stands where the emergency does: a phone is told of whatever its person does next


def subscription_seal(subscription_id: UUID, key_id: UUID) -> Seal:
    return Seal("subscription", subscription_id, key_id, PUSH)


def robot_seal(robot_id: UUID, key_id: UUID) -> Seal:
    return Seal("robot", robot_id, key_id, PUSH)


def endpoint_hash(endpoint: str) -> bytes:
    return keyed_hash("push_endpoint", endpoint)
