/*
 * serve vsock|tcp PORT PROGRAM [ARGUMENT]...
 *
 * Listens, takes one connection at a time, and starts PROGRAM with it as stdin and stdout: how a host outside speaks with the TEE inside.
 * A connection is one life of the enclave; it ends when the host hangs up. Nothing that passes is looked at.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int refuse(const char *what) {
    perror(what);
    return 70;
}

static int listen_on(const char *family, unsigned port) {
    int is_vsock = strcmp(family, "vsock") == 0;
    struct sockaddr_vm vsock = {.svm_family = AF_VSOCK, .svm_port = port, .svm_cid = VMADDR_CID_ANY};
    struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int listener = socket(is_vsock ? AF_VSOCK : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int again = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again) < 0) return -1;
    struct sockaddr *address = is_vsock ? (struct sockaddr *)&vsock : (struct sockaddr *)&tcp;
    socklen_t length = is_vsock ? sizeof vsock : sizeof tcp;
    if (bind(listener, address, length) < 0 || listen(listener, 1) < 0) return -1;
    return listener;
}

static void become(int connection, char **program) {
    if (dup2(connection, STDIN_FILENO) < 0 || dup2(connection, STDOUT_FILENO) < 0) _exit(refuse("dup2"));
    execv(program[0], program);
    _exit(refuse(program[0]));
}

int main(int count, char **words) {
    char *end = NULL;
    unsigned long port = count > 2 ? strtoul(words[2], &end, 10) : 0;
    int is_known = count > 3 && (strcmp(words[1], "vsock") == 0 || strcmp(words[1], "tcp") == 0);
    if (!is_known || *end != '\0' || port < 1 || port > 65535) {
        fputs("serve vsock|tcp PORT PROGRAM [ARGUMENT]...\n", stderr);
        return 64;
    }
    int listener = listen_on(words[1], (unsigned)port);
    if (listener < 0) return refuse("listen");
    for (;;) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) continue;
        int alive = 1; /* a host that is gone without a word is missed in the end; vsock tells by itself */
        setsockopt(connection, SOL_SOCKET, SO_KEEPALIVE, &alive, sizeof alive);
        pid_t child = fork();
        if (child == 0) become(connection, words + 3);
        close(connection);
        if (child > 0) waitpid(child, NULL, 0);
    }
}
