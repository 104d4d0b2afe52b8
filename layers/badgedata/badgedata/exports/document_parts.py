"""Records of the Directory table as parts of documents (documents.py). What the format doesn't know is passed over."""

from functools import cache
from typing import Any

import msgspec
from msgspec import inspect
from pynamodb.attributes import MapAttribute
from pynamodb.models import Model

from badgedata import addresses, documents
from badgedata.config import config
from badgedata.exports.embedded_images import image_of_document
from badgedata.exports.pages import UnreadableDataError
from badgedata.exports.unreadable import wrong_shape
from badgedata.records import directory
from badgedata.text import without_control_characters


def issuer_part(issuer: directory.Issuer, embed_images: bool) -> documents.Issuer:
    """Give an issuer as an Open Badges Profile (Open Badges 2.0, "Profile")."""
    url = addresses.issuer_url(config().public_base_url, issuer.entity_id)
    image = image_of_document(url, issuer.image, embed_images)
    beside = {"id": url, "type": "Profile", "image": image, documents.MORE: issuer.more}
    return _part(issuer, documents.Issuer, f"The issuer {issuer.entity_id}", **beside)


def badge_class_part(badge_class: directory.BadgeClass, embed_images: bool) -> documents.BadgeClass:
    """Give a badge class without its assertions (Open Badges 2.0, "BadgeClass")."""
    base_url = config().public_base_url
    url = addresses.badge_class_url(base_url, badge_class.entity_id)
    return _part(
        badge_class,
        documents.BadgeClass,
        f"The badge class {badge_class.entity_id}",
        id=url,
        type="BadgeClass",
        issuer=addresses.issuer_url(base_url, badge_class.issuer_id),
        image=image_of_document(url, badge_class.image, embed_images),
        **{documents.MORE: badge_class.more},
    )


def group_part(group: directory.RecipientGroup) -> documents.RecipientGroup:
    """Give a recipient group without its learners."""
    return _part(group, documents.RecipientGroup, f"The group {group.entity_id}")


def learner_part(learner: directory.Learner) -> documents.Learner:
    """Give a learner of one group."""
    return _part(learner, documents.Learner, f"The learner {learner.entity_id}", id=learner.entity_id)


def pathway_part(pathway: directory.Pathway) -> documents.Pathway:
    """Give a pathway."""
    return _part(pathway, documents.Pathway, f"The pathway {pathway.entity_id}")


def _part[T: msgspec.Struct](record: Model, shape: type[T], what: str, **beside: Any) -> T:
    """Give a record's attributes as a part, with what is not in the record `beside`, checked against the format.

    Raises
    ------
    UnreadableDataError
        Names the thing, the attribute, and what is wrong with it.
    """
    values = {attribute.attr_name: getattr(record, name) for name, attribute in record.get_attributes().items()}
    try:
        return msgspec.convert(_known(values | beside, _type_info(shape)), shape)
    except msgspec.ValidationError as error:
        path, reason = wrong_shape(error)
        raise UnreadableDataError(f"{what} can't be read{f', at {path}' if path else ''}: {reason}.") from None


@cache
def _type_info(shape: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(shape)


def _known(value: Any, shape: inspect.Type) -> Any:
    """Leave out of stored maps what is null or no key of the format, and out of texts what none may hold."""
    if isinstance(value, str):
        return without_control_characters(value)
    if isinstance(value, MapAttribute):
        value = value.attribute_values
    if isinstance(shape, inspect.UnionType):
        wanted = inspect.StructType if isinstance(value, dict) else inspect.ListType
        shape = next((option for option in shape.types if isinstance(option, wanted)), shape)
    if isinstance(shape, inspect.StructType) and isinstance(value, dict):
        fields = ((field.encode_name, field.type) for field in shape.fields)
        return {key: _known(value[key], of) for key, of in fields if value.get(key) is not None}
    if isinstance(shape, inspect.ListType) and isinstance(value, list):
        return [_known(item, shape.item_type) for item in value]
    return value
