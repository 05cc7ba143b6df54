"""The README's transcript is what the program answers."""

from tools.transcript import README, answered, masked, written


def test_the_transcript_is_what_the_program_answers() -> None:
    transcript = written(README.read_text(encoding="utf-8"))
    assert transcript.count("$ archiver ") >= 3
    assert masked(answered(transcript)) == masked(transcript)
