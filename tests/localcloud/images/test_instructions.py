"""What instructions do to an image's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.images.config import ImageConfig, ImageHealthCheck
from localcloud.images.errors import BuildFailed
from localcloud.images.image import Image
from localcloud.images.stage import NOT_EXECUTED

if TYPE_CHECKING:
    from .conftest import Builder


def config_of(builder: Builder, *lines: str, **arguments: str) -> ImageConfig:
    return builder.build("\n".join(["FROM scratch", *lines]), arguments=arguments).config


def steps_of(config: ImageConfig) -> list[str]:
    return [entry.created_by for entry in config.history]


def test_arguments_have_the_requests_value_else_their_default(builder: Builder) -> None:
    config = config_of(builder, "ARG A=1 B=2 C", "ENV X=$A Y=${B} Z=${C:-none}", A="given")
    assert config.env == {"X": "given", "Y": "2", "Z": "none"}
    assert steps_of(config)[0] == "ARG A=given B=2 C"


def test_an_argument_before_from_serves_from_and_those_who_ask_again(builder: Builder) -> None:
    image = builder.build("ARG V=1\nARG B=ubuntu:$V\nFROM ${B}\nENV NO=$V\nARG V\nENV YES=$V\n", arguments={"V": "2"})
    assert image.config.labels == {"localcloud.stub": "docker.io/library/ubuntu:2"}
    assert (image.config.env["NO"], image.config.env["YES"]) == ("", "2")


def test_the_platform_is_an_argument_that_every_build_has(builder: Builder) -> None:
    config = builder.build("FROM scratch\nARG TARGETARCH\nENV A=$TARGETARCH\n", platform="linux/arm64/v8").config
    assert (config.env["A"], config.architecture, config.variant) == ("arm64", "arm64", "v8")


def test_environment_wins_over_arguments_and_sees_what_was_before_it(builder: Builder) -> None:
    config = config_of(builder, "ARG A=arg", "ENV A=env", "ENV B=$A", "ENV B=new C=$B", 'ENV D="two words" E=a\\ b')
    assert config.env == {"A": "env", "B": "new", "C": "env", "D": "two words", "E": "a b"}


def test_run_is_recorded_with_its_variables_and_not_executed(builder: Builder) -> None:
    lines = ("ARG V=3.7", "ENV D=/opt", "RUN conda install \\\n  python=${V} '$V' $? && rm $D/*", 'RUN ["pip", "a b"]')
    config = config_of(builder, *lines)
    recorded = [entry.created_by for entry in config.history if entry.comment == NOT_EXECUTED]
    assert recorded == ["RUN conda install   python=3.7 '$V' $? && rm /opt/*", "RUN pip 'a b'"]
    assert all(entry.empty_layer for entry in config.history)
    assert sum("(recorded, not executed: localcloud's process runtime)" in line for line in builder.log) == 2


def test_a_here_document_of_run_is_recorded_whole(builder: Builder) -> None:
    config = config_of(builder, "ARG V=1", "RUN <<EOF", "pip install a==$V", "EOF", "RUN <<'E'", "echo $V", "E")
    assert steps_of(config)[1:] == ["RUN <<EOF\npip install a==1\nEOF", "RUN <<'E'\necho $V\nE"]


def test_command_and_entry_point_take_the_shell_where_they_need_one(builder: Builder) -> None:
    config = config_of(builder, "CMD a b", 'SHELL ["/bin/bash", "-ec"]', "ENTRYPOINT exec c")
    assert config.cmd == ("/bin/sh", "-c", "a b")
    assert config.entrypoint == ("/bin/bash", "-ec", "exec c")
    assert config_of(builder, 'CMD ["a", "b"]', "ENTRYPOINT []").entrypoint == ()


def test_an_entry_point_clears_the_command_of_the_base_only(builder: Builder) -> None:
    builder.images["base:1"] = builder.build("FROM scratch\nCMD base\n")
    assert builder.build("FROM base:1\nENTRYPOINT x\n").config.cmd is None
    assert builder.build('FROM base:1\nCMD ["own"]\nENTRYPOINT x\n').config.cmd == ("own",)


def test_ports_are_single_or_ranges_and_tcp_by_default(builder: Builder) -> None:
    config = config_of(builder, "ARG P=90", "EXPOSE 5001 $P/udp 80-82/tcp", "EXPOSE 5001")
    assert config.exposed_ports == ("80/tcp", "81/tcp", "82/tcp", "90/udp", "5001/tcp")


def test_a_health_check_has_its_times_in_seconds(builder: Builder) -> None:
    flags = "--interval=1m30s --timeout=500ms --start-period=0 --retries=4"
    config = config_of(builder, f"HEALTHCHECK {flags} CMD curl -f http://localhost || exit 1")
    command = ("CMD-SHELL", "curl -f http://localhost || exit 1")
    assert config.healthcheck == ImageHealthCheck(command, interval=90, timeout=0.5, retries=4)
    assert config_of(builder, 'HEALTHCHECK CMD ["a", "b"]').healthcheck == ImageHealthCheck(("CMD", "a", "b"))
    assert config_of(builder, "HEALTHCHECK NONE").healthcheck == ImageHealthCheck(("NONE",))


def test_the_small_ones_go_into_the_configuration(builder: Builder) -> None:
    lines = (
        "LABEL a=b 'c d'=e",
        "LABEL a=z",
        "USER app",
        "STOPSIGNAL SIGINT",
        "VOLUME /a /b",
        "MAINTAINER me",
        "VOLUME /a",
    )
    config = config_of(builder, *lines)
    assert (config.labels, config.user, config.stop_signal) == ({"a": "z", "c d": "e"}, "app", "SIGINT")
    assert (config.volumes, config.author) == (("/a", "/b"), "me")


def test_a_working_directory_is_made_once_and_relative_ones_add_up(builder: Builder) -> None:
    image = builder.build("FROM scratch\nENV D=b\nWORKDIR /a\nWORKDIR $D/../c\nWORKDIR /a\n")
    assert image.config.workdir == "/a"
    assert [path for path, _ in builder.tree(image).walk("")] == ["a", "a/c"]
    assert len(image.layers) == 2
    assert steps_of(image.config)[1:] == ["WORKDIR /a", "WORKDIR /a/c", "WORKDIR /a"]


def test_triggers_wait_for_the_next_build(builder: Builder) -> None:
    builder.images["base:1"] = base = builder.build("FROM scratch\nONBUILD COPY a /a\nONBUILD ENV X=1\n")
    assert base.config.on_build == ("COPY a /a", "ENV X=1")
    image = builder.build("FROM base:1\n", {"a": b"1"})
    assert (image.config.on_build, image.config.env, builder.files(image)) == ((), {"X": "1"}, {"a": b"1"})


def test_a_from_alone_is_the_image_itself(builder: Builder) -> None:
    builder.images["base:1"] = base = builder.build("FROM scratch\nENV A=1\n")
    assert builder.build("FROM base:1 AS x\n") == base
    assert isinstance(base, Image)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ENV A=${B", "missing '}'"),
        ("ENV A=${B:?needed}", "B: needed"),
        ("ARG =1", "ARG names can not be blank"),
        ("EXPOSE http", "Invalid containerPort: http"),
        ("EXPOSE 70000", "Invalid containerPort: 70000"),
        ("EXPOSE 9-8", "Invalid containerPort: 9-8"),
        ("EXPOSE 80/http", "Invalid proto: http"),
        ("STOPSIGNAL SIGNOTHING", "Invalid signal: SIGNOTHING"),
        ("SHELL bash -c", "SHELL requires the arguments to be in JSON form"),
        ("HEALTHCHECK TCP 80", 'Unknown type "TCP" in HEALTHCHECK (try CMD)'),
        ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD"),
        ("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments"),
        ("HEALTHCHECK --interval=5 CMD x", 'time: invalid duration "5"'),
        ("HEALTHCHECK --interval=1us CMD x", "cannot be less than 1ms"),
        ("HEALTHCHECK --retries=-1 CMD x", "--retries cannot be negative (-1)"),
        ("HEALTHCHECK --retries=many CMD x", 'parsing "many": invalid syntax'),
        ("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger"),
        ("ONBUILD ONBUILD RUN x", "Chaining ONBUILD"),
        ('VOLUME ""', "VOLUME specified can not be an empty string"),
    ],
)
def test_what_is_not_valid_is_refused_in_dockers_words(builder: Builder, line: str, reason: str) -> None:
    with pytest.raises(BuildFailed) as caught:
        config_of(builder, "USER before", line)
    assert (caught.value.line, caught.value.instruction) == (3, line)
    assert reason in caught.value.reason
