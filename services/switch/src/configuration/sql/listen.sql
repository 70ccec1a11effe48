-- Purpose: hears of new versions of the configuration on a session of its own.
listen chipswitch_configuration
