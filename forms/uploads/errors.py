"""What can be wrong with a file, or with the place where it is kept."""

from __future__ import annotations

from ..exceptions import FormsError


class ContentUnwanted(FormsError):
    """The file is of no kind that is let in."""


class PictureBroken(FormsError):
    """The picture cannot be read."""


class PictureTooLarge(FormsError):
    """The picture has more pixels than the site takes."""


class PicturesBusy(FormsError):
    """Others are having so many pictures drawn that this one did not get its turn."""


class UploadNotStored(FormsError):
    """The storage or the form's room is full, or storage or database are not to be had now.

    Nothing is left of the file that anybody could claim.
    """
