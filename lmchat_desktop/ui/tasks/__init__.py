"""Work off the interface thread: pools, cancellation, progress, stale results."""

from lmchat_desktop.ui.tasks.runner import TaskRunner
from lmchat_desktop.ui.tasks.task import Task, TaskState
from lmchat_desktop.ui.tasks.task_list import TaskList

__all__ = ["Task", "TaskList", "TaskRunner", "TaskState"]
