"""Dark and light from one small set of tokens, on an 8-pixel grid, with one accent."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from semgui.paths import resources_dir

_ICONS = (resources_dir() / "icons").as_posix()
GRID = 8
"""Every margin and gap is a multiple of this, or half of it."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by their role (``#rrggbb``).

    Parameters
    ----------
    window, panel, raised
        Behind everything; behind a column; behind a control.
    canvas
        Around the picture.
    line
        Between two areas.
    text, dim, disabled
        What is read; what is read only when looked for; what cannot be used now.
    accent, on_accent
        The one colour that says "this is chosen", and text on it.
    warning, danger, good
        Look at this; this failed; this is safe.
    """

    name: str
    window: str
    panel: str
    raised: str
    canvas: str
    line: str
    text: str
    dim: str
    disabled: str
    accent: str
    on_accent: str
    warning: str
    danger: str
    good: str


DARK = Theme(
    name="dark",
    window="#1b1c1f",
    panel="#232529",
    raised="#2e3136",
    canvas="#121315",
    line="#383b41",
    text="#e4e6e9",
    dim="#9ba1aa",
    disabled="#62676f",
    accent="#5aa5f0",
    on_accent="#0b1724",
    warning="#e0b04a",
    danger="#ef7f6b",
    good="#7cc48a",
)
LIGHT = Theme(
    name="light",
    window="#ededef",
    panel="#f8f8f9",
    raised="#ffffff",
    canvas="#d6d7da",
    line="#cfd1d6",
    text="#1c1e22",
    dim="#5c636d",
    disabled="#a5a9b0",
    accent="#1666b8",
    on_accent="#ffffff",
    warning="#8f6200",
    danger="#b3341f",
    good="#2c7a3d",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def chosen_theme(name: str) -> Theme:
    """Return the theme of a name, for ``system`` the one that is like the system's own."""
    if name != "system":
        return THEMES[name]
    return LIGHT if system_scheme() is Qt.ColorScheme.Light else DARK


def system_scheme() -> Qt.ColorScheme:
    """Whether the system is dark or light, if it says so."""
    return QGuiApplication.styleHints().colorScheme()


def palette(theme: Theme) -> QPalette:
    """Colours for what the style sheet does not name (dialogs, tooltips, selections)."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.panel,
        roles.WindowText: theme.text,
        roles.Base: theme.raised,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.danger,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.PlaceholderText: theme.dim,
        roles.Link: theme.accent,
        roles.Mid: theme.line,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.disabled))
    return result


def style_sheet(t: Theme) -> str:
    """Qt style sheet of the whole window."""
    return f"""
    QMainWindow, QDialog {{ background: {t.window}; color: {t.text}; }}
    QWidget {{ color: {t.text}; }}
    QWidget:disabled {{ color: {t.disabled}; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}

    QMenuBar {{ background: {t.panel}; padding: 0 4px; border-bottom: 1px solid {t.line}; }}
    QMenuBar::item {{ background: transparent; padding: 6px 10px; }}
    QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {t.raised}; }}
    QMenu {{ background: {t.panel}; border: 1px solid {t.line}; padding: 4px 0; }}
    QMenu::item {{ padding: 6px 32px 6px 24px; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QMenu::item:disabled {{ color: {t.disabled}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 0; }}

    QToolBar {{ background: {t.panel}; border: 0; border-bottom: 1px solid {t.line}; padding: 4px 8px;
                spacing: 4px; }}
    QToolBar::separator {{ width: 1px; background: {t.line}; margin: 4px 8px; }}
    QToolButton {{ background: transparent; border: 0; border-radius: 4px; padding: 4px 8px; }}
    QToolButton:hover {{ background: {t.raised}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {t.line}; }}
    QToolButton#offered {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px 12px; }}
    QToolButton#mode {{ border-radius: 0; border-bottom: 2px solid transparent; padding: 4px 12px; }}
    QToolButton#mode:checked {{ background: transparent; border-bottom-color: {t.accent}; font-weight: 600; }}
    QDockWidget {{ color: {t.text}; titlebar-close-icon: url({_ICONS}/close-{t.name}.svg); }}
    QDockWidget::title {{ background: {t.panel}; padding: 6px 8px; border-top: 1px solid {t.line}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton:disabled {{ color: {t.disabled}; }}

    QFrame#palette {{ background: {t.panel}; border: 1px solid {t.dim}; border-radius: 8px; }}
    QFrame#column, QWidget#column {{ background: {t.panel}; }}
    QWidget#page {{ background: {t.window}; }}
    QSplitter::handle {{ background: {t.line}; }}
    QLabel {{ background: transparent; }}
    QLabel#heading {{ color: {t.dim}; font-weight: 600; }}
    QLabel#dim {{ color: {t.dim}; }}
    QLabel#title {{ font-weight: 600; }}
    QLabel#big {{ font-size: 15pt; font-weight: 600; }}
    QLabel#error {{ color: {t.danger}; }}
    QLabel#warning {{ color: {t.warning}; }}
    QLabel#good {{ color: {t.good}; }}

    QPushButton {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px;
                   padding: 6px 16px; }}
    QPushButton:hover {{ border-color: {t.accent}; }}
    QPushButton:pressed {{ background: {t.line}; }}
    QPushButton:disabled {{ color: {t.disabled}; background: {t.panel}; }}
    QPushButton#primary {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
    QPushButton#primary:disabled {{ background: {t.panel}; color: {t.disabled}; border-color: {t.line}; }}
    QPushButton#class {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
                         padding: 3px 6px; text-align: left; }}
    QPushButton#class:hover {{ background: {t.raised}; }}
    QPushButton#class:checked {{ background: {t.raised}; border-color: {t.line}; font-weight: 600; }}

    QLineEdit, QComboBox, QAbstractSpinBox {{ background: {t.raised}; border: 1px solid {t.line};
        border-radius: 4px; padding: 4px 8px; selection-background-color: {t.accent};
        selection-color: {t.on_accent}; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; width: 20px; }}
    QAbstractSpinBox::up-arrow {{ image: url({_ICONS}/up-{t.name}.svg); width: 12px; height: 12px; }}
    QAbstractSpinBox::down-arrow {{ image: url({_ICONS}/down-{t.name}.svg); width: 12px; height: 12px; }}
    QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {t.accent}; }}
    QPushButton:focus, QCheckBox:focus, QToolButton:focus {{ border: 1px solid {t.accent}; }}
    QListView:focus, QTreeView:focus, QTableView:focus {{ border: 1px solid {t.accent}; }}
    QComboBox::drop-down {{ border: 0; width: 20px; }}
    QComboBox::down-arrow {{ image: url({_ICONS}/down-{t.name}.svg); width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.line}; }}

    QListView, QTreeView, QTableView {{ background: {t.panel}; border: 0; outline: 0; }}
    QTreeView::item {{ padding: 3px 0; border: 0; }}
    QListView#entries::item {{ padding: 6px 2px; border-radius: 4px; }}
    QListView#entries::item:hover {{ background: {t.raised}; }}
    QListView#entries::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QTreeView::item:hover {{ background: {t.raised}; }}
    QTreeView::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QAbstractScrollArea#gallery {{ background: {t.window}; }}
    QToolButton#chip {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 10px;
                        padding: 1px 8px; }}
    QToolButton#switch {{ border: 1px solid {t.line}; padding: 3px 8px; }}
    QToolButton#switch:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
    QToolButton#example {{ padding: 1px; border: 1px solid transparent; }}
    QToolButton#example:hover {{ border-color: {t.danger}; }}
    QPlainTextEdit {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px;
                      padding: 2px 4px; selection-background-color: {t.accent};
                      selection-color: {t.on_accent}; }}
    QPlainTextEdit:focus {{ border-color: {t.accent}; }}
    QToolButton#chip:hover {{ border-color: {t.accent}; }}
    QHeaderView::section {{ background: {t.panel}; border: 0; border-bottom: 1px solid {t.line};
                            padding: 4px; }}
    QScrollArea {{ background: {t.panel}; border: 0; }}

    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 32px; min-width: 32px;
                          margin: 1px; }}
    QScrollBar::handle:hover {{ background: {t.dim}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.dim}; border-radius: 3px;
                            background: {t.raised}; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
                                    image: url({_ICONS}/check-{t.name}.svg); }}
    QCheckBox::indicator:disabled {{ border-color: {t.line}; background: {t.panel}; }}

    QSlider::groove:horizontal {{ height: 4px; background: {t.line}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ background: {t.accent}; width: 12px; margin: -4px 0; border-radius: 6px; }}
    QProgressBar {{ background: {t.raised}; border: 0; border-radius: 3px; height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QStatusBar {{ background: {t.panel}; border-top: 1px solid {t.line}; }}
    QStatusBar::item {{ border: 0; }}
    QStatusBar QLabel {{ padding: 0 4px; }}
    """
