import { Alert, Button, Container, Group } from '@mantine/core';
import { Link } from 'wouter';

/** Says what went wrong in the API's own words, and the way on. */
export function Refusal({ error, again }: { error: Error; again?: () => void }) {
  return (
    <Container size="xs" py="xl">
      <Alert color="red" variant="light" title="This did not work" role="alert">
        {error.message}
        <Group mt="md">
          {again && (
            <Button color="red" variant="light" onClick={again}>
              Try again
            </Button>
          )}
          <Button component={Link} href="/" variant="default">
            Open incidents
          </Button>
        </Group>
      </Alert>
    </Container>
  );
}
