"""The words all platforms share: who speaks, where, what is shown and what is heard.

Everything here is plain data. Core text is written as these values; an adapter renders them and decides nothing.
"""

from bot.core.chat.actions import Action, Button, Option, whole
from bot.core.chat.answers import Answer, Declined, Reply, Shown, say
from bot.core.chat.forms import FORMS, Form, FormField, SelectField, TextField
from bot.core.chat.heard import Command, Heard, Press, Said, Submit
from bot.core.chat.people import Person, Place, Speaker
from bot.core.chat.posts import (
    POSTS,
    Buttons,
    Choose,
    File,
    Heading,
    Items,
    Line,
    Moment,
    Note,
    Part,
    Picture,
    Post,
    Quote,
    Run,
    Table,
    Text,
    Words,
    bold,
    line,
    note,
    para,
)

__all__ = [
    "FORMS",
    "POSTS",
    "Action",
    "Answer",
    "Button",
    "Buttons",
    "Choose",
    "Command",
    "Declined",
    "File",
    "Form",
    "FormField",
    "Heading",
    "Heard",
    "Items",
    "Line",
    "Moment",
    "Note",
    "Option",
    "Part",
    "Person",
    "Picture",
    "Place",
    "Post",
    "Press",
    "Quote",
    "Reply",
    "Run",
    "Said",
    "SelectField",
    "Shown",
    "Speaker",
    "Submit",
    "Table",
    "Text",
    "TextField",
    "Words",
    "bold",
    "line",
    "note",
    "para",
    "say",
    "whole",
]
