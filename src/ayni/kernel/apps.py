from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "ayni.kernel"
    label = "kernel"
