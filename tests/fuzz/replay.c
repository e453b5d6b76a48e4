/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target once over each file of the folders that are named: the corpus as a test, with
 * any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, uint8_t *memory)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        return -1;
    }
    size_t n = fread(memory, 1, INPUT_MAX, in);
    fclose(in);
    /* A copy of the exact size, so that the sanitizer sees a read past the end. */
    uint8_t *exact = malloc(n > 0 ? n : 1);
    if (!exact)
        return -1;
    memcpy(exact, memory, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 0;
}

static int replay_folder(const char *folder, uint8_t *memory)
{
    DIR *dir = opendir(folder);
    int count = 0;
    if (!dir) {
        perror(folder);
        return -1;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char path[4096];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (replay_file(path, memory) < 0)
            return -1;
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    uint8_t *memory = malloc(INPUT_MAX);
    int count = memory && argc == 2 ? replay_folder(argv[1], memory) : -1;
    free(memory);
    if (count <= 0) {
        fputs("no input was run\n", stderr);
        return 1;
    }
    printf("%d inputs\n", count);
    return 0;
}
