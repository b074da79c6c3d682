"""First lines of the frozen application."""

from semgui.processes import begin_frozen

begin_frozen()

from semgui.cli.main import main  # noqa: E402  a decoder, a trainer or a run must not wait for it

main()
