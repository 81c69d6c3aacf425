// Imported before a program that was started with an IPC channel: when the one that started it is gone, this process is told to stop.

import process from 'node:process';

process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref(); // it keeps nobody alive
