"""Where the public Open Badges documents of this deployment are."""

from badgedata.stored_images import is_stored


def issuer_url(base_url: str, issuer_id: str) -> str:
    """Give the address of an issuer's Profile."""
    return f"{base_url}/public/issuers/{issuer_id}"


def badge_class_url(base_url: str, badge_class_id: str) -> str:
    """Give the address of a BadgeClass."""
    return f"{base_url}/public/badges/{badge_class_id}"


def assertion_url(base_url: str, award_id: str) -> str:
    """Give the address of an award's Assertion."""
    return f"{base_url}/public/assertions/{award_id}"


def image_url(document_url: str, image: str | None) -> str | None:
    """Give the address that shows a record's image: a stored one is behind the document's own address."""
    return f"{document_url}/image" if is_stored(image) else image


def stored_image_url(base_url: str, name: str) -> str:
    """Give the address of a badge's image by its name, ``<hash of its content>.png``; it never shows another image."""
    return f"{base_url}/public/images/{name}"


def baked_image_url(base_url: str, award_id: str, name: str) -> str:
    """Give the address of one of the images that an award has had."""
    return f"{assertion_url(base_url, award_id)}/images/{name}"
