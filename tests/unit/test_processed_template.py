"""The template after the SAM transform: what CloudFormation is given, with all that SAM adds."""

from collections.abc import Iterator

from tests.unit.sam_template import listed, referred_to, statements_of, transformed_resources

FUNCTIONS = transformed_resources("AWS::Lambda::Function")
ROLES = transformed_resources("AWS::IAM::Role")


def role_of(function: str) -> str:
    """Return the logical id of a function's role."""
    (role,) = referred_to(FUNCTIONS[function]["Properties"]["Role"])
    return role


# ---------------------------------------------------------------- loops


def invoked_by(function: str) -> Iterator[str]:
    """Yield the functions that a function sets to work through a queue."""
    queues = {
        queue
        for statement in statements_of(ROLES[role_of(function)])
        if "sqs:SendMessage" in listed(statement["Action"])
        for queue in referred_to(statement["Resource"])
    }
    for mapping in transformed_resources("AWS::Lambda::EventSourceMapping").values():
        if queues.intersection(referred_to(mapping["Properties"]["EventSourceArn"])):
            yield from referred_to(mapping["Properties"]["FunctionName"])


def in_a_loop(function: str) -> bool:
    """Tell whether a function's messages come back to it, by way of however many others."""
    reached: set[str] = set()
    ahead = list(invoked_by(function))
    while ahead:
        reached.add(ahead.pop())
        ahead += [name for known in reached for name in invoked_by(known) if name not in reached and name not in ahead]
    return function in reached


def test_lambda_stops_no_function_that_sends_itself_the_next_piece_of_work() -> None:
    # By default, Lambda drops the message when a chain of requests comes back to the same function for about the 16th
    # time. The emulator counts no chain through a queue.
    looping = {name for name in FUNCTIONS if in_a_loop(name)}
    assert looping == {"ExportWorkerFunction", "ImageResyncWorkerFunction"}
    allowed = {name for name, function in FUNCTIONS.items() if function["Properties"].get("RecursiveLoop") == "Allow"}
    assert allowed == looping
