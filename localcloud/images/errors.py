"""What can go wrong with images.

ImageError
├── DigestInvalid          a text is not `sha256:<64 hex digits>` or `sha512:<128>`
├── DigestMismatch         content is not what its digest says
├── BlobUnknown            the content store does not hold a digest
├── ImageInvalid           stored content is not an image that localcloud understands
├── ReferenceInvalid       a text is not an image reference
├── SourceError            the image of a FROM line cannot be had
│   ├── ImageNotFound      its registry answers, and has no such tag or digest
│   ├── PullDenied         its registry answers, and refuses
│   ├── AddressRefused     its registry's network rules keep the client out
│   ├── RegistryFault      its registry is on this machine, and does not answer as a registry
│   └── RegistryUnreachable  its registry cannot be reached from here (the builder puts a stub in its place)
└── BuildFailed            a Dockerfile cannot be built
"""

from __future__ import annotations


class ImageError(Exception):
    """Base of all errors of `localcloud.images`."""


class DigestInvalid(ImageError):
    """A text is not a digest that the content store supports."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"invalid digest {text!r}: expected sha256:<64 hexadecimal digits> or sha512:<128>")


class DigestMismatch(ImageError):
    """Content was announced with one digest and has another."""

    def __init__(self, expected: str, actual: str) -> None:
        self.expected = expected
        self.actual = actual
        super().__init__(f"provided digest did not match uploaded content: expected {expected}, got {actual}")


class BlobUnknown(ImageError):
    """The content store does not hold a blob."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__(f"blob {digest} is not in the content store")


class ImageInvalid(ImageError):
    """Stored content is not an image, or not one for the platform that was asked for."""

    def __init__(self, digest: str, reason: str) -> None:
        self.digest = digest
        self.reason = reason
        super().__init__(f"{digest} is not an image: {reason}")


class ReferenceInvalid(ImageError):
    """A text is not an image reference."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"invalid reference format: {text!r}")


class SourceError(ImageError):
    """The image of a FROM line cannot be had; `str()` is Docker's sentence."""

    def __init__(self, reference: str, sentence: str) -> None:
        self.reference = reference
        super().__init__(sentence)


class ImageNotFound(SourceError):
    """The registry of a reference answers, and has no such tag or digest."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference, f"manifest for {reference} not found: manifest unknown")


class PullDenied(SourceError):
    """The registry of a reference answers, and refuses the pull."""

    def __init__(self, reference: str) -> None:
        repository = reference.partition("@")[0]
        head, slash, last = repository.rpartition("/")
        super().__init__(
            reference,
            f"pull access denied for {head}{slash}{last.partition(':')[0]}, repository does not exist or may require "
            "'docker login': denied: requested access to the resource is denied",
        )


class AddressRefused(SourceError):
    """The network rules of a registry leave out the address that a pull comes from."""

    def __init__(self, reference: str, login_server: str, refusal: str) -> None:
        super().__init__(reference, f'Get "https://{login_server}/v2/": denied: {refusal}')


class RegistryFault(SourceError):
    """A registry on this machine does not answer, or not as a registry."""

    def __init__(self, reference: str, reason: str) -> None:
        self.reason = reason
        super().__init__(reference, f"the registry of {reference} does not answer as a registry: {reason}")


class RegistryUnreachable(SourceError):
    """The registry of a reference is not one that localcloud can reach."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference, f"the registry of {reference} cannot be reached from localcloud")


class BuildFailed(ImageError):
    """A Dockerfile cannot be built.

    `line` is the 1-based line in the Dockerfile (0: none), `instruction` its text, `reason` Docker's sentence.
    """

    def __init__(self, line: int, instruction: str, reason: str) -> None:
        self.line = line
        self.instruction = instruction
        self.reason = reason
        where = f"Dockerfile line {line}: {instruction.splitlines()[0]}: " if line and instruction else ""
        super().__init__(f"{where}{reason}")
