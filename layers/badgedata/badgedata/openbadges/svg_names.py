"""The names that a drawing may use: elements, attributes, properties, and functions of CSS. All others are left out."""

from typing import Final

# No script, foreignObject, a, audio, video, iframe, handler, metadata, …
ELEMENTS: Final = frozenset(
    str.split("""
    svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath
    image linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """)
)
ANIMATION_ELEMENTS: Final = frozenset(
    {"animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"}
)
# Parts that are drawn only where something refers to them.
DEFINITIONS: Final = frozenset(
    {"defs", "symbol", "linearGradient", "radialGradient", "pattern", "clipPath", "mask", "marker", "filter"}
)
# A link is left out, what it shows stays.
SHOWN_AS: Final = {"a": "g"}
LINKING_ELEMENTS: Final = frozenset(
    {"use", "textPath", "linearGradient", "radialGradient", "pattern", "filter", "feImage"}
)
IMAGE_ELEMENTS: Final = frozenset({"image", "feImage"})

PROPERTIES: Final = frozenset(
    str.split("""
    alignment-baseline background background-color baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters cx cy d direction display dominant-baseline fill fill-opacity fill-rule filter
    flood-color flood-opacity font font-family font-feature-settings font-kerning font-optical-sizing font-size
    font-size-adjust font-stretch font-style font-synthesis font-variant font-variant-alternates font-variant-caps
    font-variant-east-asian font-variant-ligatures font-variant-numeric font-variant-position font-variation-settings
    font-weight glyph-orientation-horizontal glyph-orientation-vertical height image-orientation image-rendering
    inline-size isolation kerning letter-spacing lighting-color line-height marker marker-end marker-mid marker-start
    mask mask-type mix-blend-mode object-fit object-position opacity overflow overflow-x overflow-y paint-order
    perspective perspective-origin pointer-events r rotate rx ry scale shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    tab-size text-align text-anchor text-decoration text-decoration-color text-decoration-line text-decoration-style
    text-decoration-thickness text-indent text-orientation text-overflow text-rendering text-shadow text-transform
    transform transform-box transform-origin transform-style translate unicode-bidi vector-effect visibility
    white-space width word-spacing writing-mode x y
    """)
)
# Properties that drawing programs write and no browser draws by: nothing is lost with them.
INERT_PROPERTIES: Final = frozenset(
    str.split("""
    enable-background solid-color solid-opacity shape-padding shape-inside shape-subtract shape-margin
    text-decoration-fill text-decoration-stroke color-rendering color-profile cursor audio-level buffered-rendering
    block-progression font-variant-settings display-align line-increment text-align-last auto-style
    """)
) | {
    "-inkscape-font-specification",
    "-inkscape-stroke",
    "-inkscape-text-align",
    "-webkit-print-color-adjust",
    "print-color-adjust",
    "will-change",
}
MATH_FUNCTIONS: Final = frozenset(
    str.split(
        "calc min max clamp abs sign round mod rem sin cos tan asin acos atan atan2 pow sqrt hypot log exp"
        " rgb rgba hsl hsla hwb lab lch oklab oklch color"
    )
)
FUNCTIONS: Final = MATH_FUNCTIONS | frozenset(
    str.split("""
    color-mix light-dark device-cmyk
    matrix matrix3d translate translatex translatey translatez translate3d scale scalex scaley scalez scale3d rotate
    rotatex rotatey rotatez rotate3d skew skewx skewy perspective
    circle ellipse inset polygon rect xywh path shape
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
    repeating-conic-gradient
    """)
)
TEXT_ATTRIBUTES: Final = frozenset(
    str.split("id class role aria-label aria-hidden aria-labelledby aria-describedby in in2 result systemLanguage lang")
)
# Numbers, keywords, and lists of them.
NUMBER_ATTRIBUTES: Final = frozenset(
    str.split("""
    viewBox preserveAspectRatio version x1 x2 y1 y2 fx fy fr points pathLength dx dy textLength lengthAdjust
    startOffset method spacing side gradientUnits spreadMethod offset patternUnits patternContentUnits clipPathUnits
    maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits type
    values mode operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode kernelUnitLength
    preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent limitingConeAngle pointsAtX
    pointsAtY pointsAtZ z azimuth elevation stdDeviation radius baseFrequency numOctaves seed stitchTiles
    tableValues slope intercept amplitude exponent xChannelSelector yChannelSelector d rotate
    """)
)
# Presentation attributes, and others of their syntax. A path's data and a glyph's rotation have a syntax of their own.
STYLED_ATTRIBUTES: Final = (PROPERTIES | {"gradientTransform", "patternTransform"}) - {"d", "rotate"}
ATTRIBUTES: Final = TEXT_ATTRIBUTES | NUMBER_ATTRIBUTES | STYLED_ATTRIBUTES | {"style", "href", "media"}
# Of no consequence for how a drawing looks: nothing is lost with them.
INERT_ATTRIBUTES: Final = frozenset(
    str.split("""
    baseProfile enable-background contentScriptType contentStyleType zoomAndPan requiredFeatures
    externalResourcesRequired focusable
    tabindex title target rel download referrerpolicy hreflang crossorigin decoding loading xmlns
    """)
)
